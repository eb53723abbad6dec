package io.octavo.broker.group;

import io.octavo.broker.shard.Write;
import io.octavo.ports.Clock;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Escaped;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// About what the members of all groups here take of the heap, see
/// [io.octavo.broker.group.consumer.MemberBytes], and how much they may.
///
/// What a group takes is found out anew at the end of each of its turns, from what it is then:
/// nothing has to be undone when a write fails. While a turn lasts, its group counts as what it may
/// become. What is loaded is not asked for, so the total may be more than it may be; then only less
/// is let in. What is remembered of their rebalances has a bound of its own, and nobody is refused
/// for it. On the groups' loop.
final class GroupMemory {
    /// Of what is written of a group at once: of the classic protocol all that its members say is
    /// one record, with what is assigned, and of the other its keys are removed in one batch.
    static final long GROUP_BYTES_MAX = Write.BATCH_BYTES_MAX;

    private static final Logger LOGGER = LoggerFactory.getLogger(GroupMemory.class);
    private static final long SAID_AGAIN_MS = 60_000;

    /// Histories may take as much as this part of what newcomers may.
    private static final int HISTORIES_IN = 8;

    private final long newBytesMax;
    private final long bytesMax;
    private final long historyBytesMax;
    private final Clock clock;
    private final Tally all = new Tally();
    private final Tally histories = new Tally();

    /// When it may be said again that there is no more.
    private long sayMs = Long.MIN_VALUE;

    /// @param bytesMax for newcomers; those who are in a group may come to twice as much
    GroupMemory(long bytesMax, Clock clock) {
        this.newBytesMax = bytesMax;
        this.bytesMax = 2 * bytesMax;
        historyBytesMax = bytesMax / HISTORIES_IN;
        this.clock = clock;
    }

    /// For the groups of one shard. Any thread.
    Share share() {
        return new Share();
    }

    /// What all take.
    long bytes() {
        return all.sum();
    }

    /// What all histories take.
    long historyBytes() {
        return histories.sum();
    }

    /// What is said with an error of [Share#admit], for people; null with others.
    static @Nullable String explained(ErrorCode error) {
        return switch (error) {
            case GROUP_MAX_SIZE_REACHED ->
                    "The group would take more than " + GROUP_BYTES_MAX + " bytes in one write.";
            case COORDINATOR_LOAD_IN_PROGRESS ->
                    "The groups of this broker take all the memory that they may: try again later.";
            default -> null;
        };
    }

    /// What the groups of one shard take, until it ends.
    final class Share {
        private final Tally.Part members = all.part();
        private final Tally.Part remembered = histories.part();

        /// Whether a group may become so large; then it is, until the end of its turn. One that
        /// does not grow always may.
        ///
        /// @param inOneWrite what of it would be written at once
        /// @param isNew whether it would be by somebody who is not in the group yet
        /// @return `NONE`, or what the client is told: to try again later, or not at all
        ErrorCode admit(String groupId, long inOneWrite, long planned, boolean isNew) {
            long now = of(groupId);
            if (planned <= now) {
                return ErrorCode.NONE;
            }
            if (isNew && inOneWrite > GROUP_BYTES_MAX) {
                return ErrorCode.GROUP_MAX_SIZE_REACHED;
            }
            if (bytes() - now + planned > (isNew ? newBytesMax : bytesMax)) {
                refused(groupId, planned - now);
                return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
            }
            is(groupId, planned);
            return ErrorCode.NONE;
        }

        /// What a group's members take now.
        void is(String groupId, long now) {
            members.is(groupId, now);
        }

        long of(String groupId) {
            return members.of(groupId);
        }

        /// What a group's history is now; where all take too much, its oldest is forgotten.
        void remembers(String groupId, History history) {
            remembered.is(groupId, history.bytes());
            long over = histories.sum() - historyBytesMax;
            if (over > 0) {
                history.shrink(history.bytes() - over);
                remembered.is(groupId, history.bytes());
            }
        }

        /// A group is gone.
        void gone(String groupId) {
            members.is(groupId, 0);
            remembered.is(groupId, 0);
        }

        /// Nothing is taken any more, whatever is still on its way.
        void end() {
            members.end();
            remembered.end();
        }
    }

    private void refused(String groupId, long more) {
        long nowMs = clock.millis();
        if (nowMs >= sayMs) {
            sayMs = nowMs + SAID_AGAIN_MS;
            LOGGER.warn(
                    "the members of groups take {} of {} bytes of the heap: what takes {} more in"
                            + " group {} has to wait. Give the broker a larger heap (such as"
                            + " OCTAVO_JVM_OPTIONS=-Xmx2g; new members may take a quarter of it), or"
                            + " have fewer members, topics or user data",
                    bytes(),
                    newBytesMax,
                    more,
                    Escaped.of(groupId));
        }
    }
}
