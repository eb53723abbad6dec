package io.octavo.broker.group;

import io.octavo.broker.group.consumer.ConsumerMember;
import io.octavo.broker.group.consumer.ConsumerState;

/// Why a consumer group has begun an epoch: by what differs from the one before.
final class EpochChange {
    private EpochChange() {}

    /// @param gone why members are missing that were there before
    static void note(
            History history, ConsumerState before, ConsumerState after, History.Cause gone) {
        boolean same = true;
        for (ConsumerMember member : before.members()) {
            if (after.member(member.id()) == null) {
                history.note(gone, member.id(), null);
                same = false;
            }
        }
        for (ConsumerMember member : after.members()) {
            ConsumerMember old = before.member(member.id());
            if (old == null || !old.metadata().equals(member.metadata())) {
                history.note(
                        old == null ? History.Cause.JOINED : History.Cause.CHANGED,
                        member.id(),
                        null);
                same = false;
            }
        }
        if (same) {
            history.note(History.Cause.OTHER_TOPICS, "topics", null);
        }
    }
}
