package io.octavo.broker.group;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The last rebalances of a group, and why they were. In memory only, of which it takes what
/// [GroupMemory] lets it.
final class History {
    private static final int REBALANCES_MAX = 100;

    /// Of all the causes of one rebalance; an id of a member alone has some 60.
    private static final int TEXT_CHARS_MAX = 256;

    private static final int REASON_CHARS_MAX = 80;

    /// Of a rebalance, beside the characters: the objects and their headers.
    private static final int OVERHEAD_BYTES = 88;

    private final ArrayDeque<Rebalance> rebalances = new ArrayDeque<>(4);
    private final StringBuilder causes = new StringBuilder(0);
    private int untold;
    private long bytes;

    /// What makes a group rebalance.
    enum Cause {
        JOINED("joined"),
        LEFT("left"),
        TIMED_OUT("timed out"),
        DID_NOT_REJOIN("did not rejoin in time"),
        DID_NOT_SYNC("did not sync in time"),
        CHANGED("changed what it supports or subscribes to"),
        ASKED("asked for it"),
        REPLACED("took over from its predecessor"),
        NOT_WRITTEN("led, and the assignment could not be written"),
        TOO_MANY("found the group larger than group.max.size"),
        OTHER_TOPICS("were made, changed or deleted");

        private final String said;

        Cause(String said) {
            this.said = said;
        }

        /// What is said of the member.
        @Override
        public String toString() {
            return said;
        }
    }

    /// A rebalance.
    ///
    /// @param wallMs when it was done
    /// @param generation it led to; or the epoch
    /// @param causes who did what, for people
    record Rebalance(long wallMs, int generation, String causes) {
        /// About what it takes of the heap.
        private long bytes() {
            boolean narrow = causes.chars().allMatch(each -> each < 256);
            return OVERHEAD_BYTES + (long) causes.length() * (narrow ? 1 : 2);
        }
    }

    /// Notes a cause of the next rebalance.
    ///
    /// @param reason the member's own, if it gave one
    void note(Cause cause, String memberId, @Nullable String reason) {
        String text = memberId + " " + cause;
        if (reason != null && !reason.isEmpty()) {
            text += " (" + reason.substring(0, Math.min(reason.length(), REASON_CHARS_MAX)) + ")";
        }
        if (causes.isEmpty()) {
            causes.append(text, 0, Math.min(text.length(), TEXT_CHARS_MAX));
        } else if (causes.length() + text.length() <= TEXT_CHARS_MAX) {
            causes.append(", ").append(text);
        } else {
            untold++;
        }
    }

    /// Keeps a rebalance with the causes that were noted.
    void rebalanced(long wallMs, int generation) {
        if (untold > 0) {
            causes.append(", and ").append(untold).append(" more");
        }
        if (rebalances.size() == REBALANCES_MAX) {
            forgetOldest();
        }
        Rebalance last = new Rebalance(wallMs, generation, causes.toString());
        rebalances.addLast(last);
        bytes += last.bytes();
        causes.setLength(0);
        causes.trimToSize();
        untold = 0;
    }

    /// About what it takes of the heap.
    long bytes() {
        return bytes;
    }

    /// Forgets the oldest, but not the last one, until it takes no more than so much.
    void shrink(long bytesMax) {
        while (bytes > bytesMax && rebalances.size() > 1) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        bytes -= rebalances.removeFirst().bytes();
    }

    /// The oldest first.
    List<Rebalance> rebalances() {
        return List.copyOf(rebalances);
    }
}
