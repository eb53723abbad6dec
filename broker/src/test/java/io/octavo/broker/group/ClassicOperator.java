package io.octavo.broker.group;

import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import java.util.List;

/// Deletes empty groups in a random walk, and changes how large they may be.
final class ClassicOperator implements Walker {
    private final Walk walk;
    private final List<String> groupIds;

    ClassicOperator(Walk walk, List<String> groupIds) {
        this.walk = walk;
        this.groupIds = groupIds;
    }

    @Override
    public void act() {
        if (walk.chance().oneIn(50)) {
            int max = walk.chance().oneIn(3) ? 2 + walk.chance().below(3) : Integer.MAX_VALUE;
            walk.shard().configure(ClassicJoinTest.withMembersMax(max));
        } else {
            delete(walk.chance().of(groupIds));
        }
    }

    private void delete(String groupId) {
        Answer<ErrorCode> answer = new Answer<>();
        walk.shard()
                .run(
                        groupId,
                        groups -> {
                            Group group = groups.group(groupId);
                            return group != null && group.isEmpty()
                                    ? new Write(
                                            group.tombstones(),
                                            () -> {
                                                groups.remove(groupId);
                                                answer.accept(ErrorCode.NONE);
                                            },
                                            answer)
                                    : Write.answer(() -> answer.accept(ErrorCode.NON_EMPTY_GROUP));
                        },
                        answer);
        walk.expect(answer, "a deletion of " + groupId, 0);
    }

    @Override
    public void behave() {
        walk.shard().configure(GroupConfig.defaults());
    }

    @Override
    public void die() {
        behave();
    }
}
