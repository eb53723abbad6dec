package io.octavo.broker.group;

import static io.octavo.broker.group.ClassicScene.GROUP;
import static io.octavo.broker.group.ClassicScene.SESSION_MS;
import static io.octavo.broker.group.ClassicScene.consumer;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StableGroupsTest {
    private final ClassicScene scene = new ClassicScene();

    @Test
    void whoIsHeardHereLivesAndWhoIsNotDies() {
        List<JoinGroupResponse> joined = scene.stable(2);
        scene.shard.advanceMs(SESSION_MS / 2);
        assertThat(hears(joined.get(0), null)).isTrue();
        scene.shard.advanceMs(SESSION_MS / 2);

        assertThat(scene.group().members().get(joined.get(0).memberId())).isNotNull();
        assertThat(scene.group().members().get(joined.get(1).memberId())).isNull();
    }

    @Test
    void onlyMembersOfTheGenerationAreHeard() {
        JoinGroupResponse joined = scene.stable(1).getFirst();

        assertThat(hears(joined, null)).isTrue();
        assertThat(hears(joined.withMemberId("stranger"), null)).isFalse();
        assertThat(hears(joined.withGenerationId(joined.generationId() + 1), null)).isFalse();
        assertThat(hears(joined, "static")).isFalse();
    }

    @Test
    void aGroupThatRebalancesLooksForItself() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        scene.joinAnew(consumer());

        assertThat(hears(joined, null)).isFalse();
    }

    @Test
    void whatIsNotServedHereAnyMoreHearsNobody() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        StableGroups before = scene.shard.groups().context().stable();
        scene.shard.restart(true);

        assertThat(before.hear(heartbeat(joined, null))).isFalse();
        assertThat(hears(joined, null)).isTrue();
    }

    @Test
    void theEndOfAGroupLeavesTheOneThatTookItsPlace() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        StableGroups stable = scene.shard.groups().context().stable();
        ClassicGroup other = ClassicGroup.offsetsOnly(scene.shard.groups(), GROUP);

        stable.remove(other);
        assertThat(hears(joined, null)).isTrue();
        stable.remove(scene.group());
        assertThat(hears(joined, null)).isFalse();
    }

    private boolean hears(JoinGroupResponse joined, @Nullable String instanceId) {
        return scene.shard.groups().context().stable().hear(heartbeat(joined, instanceId));
    }

    private static HeartbeatRequest heartbeat(
            JoinGroupResponse joined, @Nullable String instanceId) {
        return new HeartbeatRequest(GROUP, joined.generationId(), joined.memberId(), instanceId);
    }
}
