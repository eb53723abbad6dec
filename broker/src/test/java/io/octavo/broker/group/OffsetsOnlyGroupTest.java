package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.ManualClock;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.ErrorCode;
import org.junit.jupiter.api.Test;

class OffsetsOnlyGroupTest {
    private static final Client CLIENT = new Client("c", "/127.0.0.1", 9);

    private final GroupShard shard =
            new GroupShard(
                    new GroupContext(
                            GroupConfig::defaults,
                            () -> {
                                throw new AssertionError("not asked here");
                            },
                            new ManualClock(),
                            Randomness.seeded(1),
                            TestShard.MUCH_MEMORY));
    private final ClassicGroup group = ClassicGroup.offsetsOnly(shard, "g");

    @Test
    void whoIsNoMemberMayCommitAndFetch() {
        assertThat(group.commits("", null, -1, CLIENT)).isEqualTo(ErrorCode.NONE);
        assertThat(group.fetches(null, -1)).isEqualTo(ErrorCode.NONE);
        assertThat(group.isEmpty()).isTrue();
    }

    @Test
    void whoClaimsToBeAMemberMayNotCommit() {
        assertThat(group.commits("m", null, 1, CLIENT)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(group.commits("m", "i", 1, CLIENT)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void itsOffsetsAgeByThemselves() {
        assertThat(group.protocolType()).isEmpty();
        assertThat(group.agesFrom()).isEqualTo(-1);
        assertThat(group.subscribes("t")).isFalse();
    }
}
