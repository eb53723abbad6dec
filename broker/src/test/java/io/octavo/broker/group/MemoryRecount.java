package io.octavo.broker.group;

import io.octavo.broker.group.consumer.MemberBytes;
import io.octavo.broker.group.consumer.StateRecount;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import java.util.Set;

/// Counts from scratch what members take, and compares.
final class MemoryRecount {
    private MemoryRecount() {}

    /// Of all groups of a shard. One whose write is on its way counts as what it may become.
    static void check(TestShard shard) {
        GroupMemory.Share memory = shard.groups().memory();
        Set<String> held = shard.heldKeys();
        long all = 0;
        for (Group group : shard.groups().groups()) {
            long its = memory.of(group.id());
            long recounted = recount(group);
            if (its < recounted || (its > recounted && !held.contains(group.id()))) {
                throw new AssertionError(
                        group.id() + " takes " + recounted + " and counts as " + its);
            }
            all += its;
        }
        for (String key : held) {
            all += shard.groups().group(key) == null ? memory.of(key) : 0;
        }
        long total = shard.groups().context().memory().bytes();
        if (total != all) {
            throw new AssertionError("all take " + all + " and count as " + total);
        }
    }

    private static long recount(Group group) {
        return switch (group) {
            case ClassicGroup classic -> recount(classic);
            case ConsumerGroup consumer ->
                    StateRecount.of(consumer.committedState(), consumer.memory().counted());
            default -> throw new AssertionError(group);
        };
    }

    /// The topics of a classic group are counted once in a generation.
    private static long recount(ClassicGroup group) {
        ClassicMembers members = group.members();
        long bytes = 0;
        for (ClassicMember member : members.all()) {
            bytes +=
                    MemberBytes.member(
                            member.id(),
                            member.instanceId(),
                            member.clientId(),
                            member.clientHost());
            for (JoinGroupRequestProtocol protocol : member.terms().protocols()) {
                bytes += MemberBytes.protocol(protocol.name(), protocol.metadata());
            }
            bytes += member.assignment().remaining();
        }
        for (String id : members.pending()) {
            bytes += MemberBytes.pending(id);
        }
        long topics = group.memberBytes() - members.bytes();
        if (topics < 0 || topics > 1_000) {
            throw new AssertionError("topics take " + topics);
        }
        return bytes + topics;
    }
}
