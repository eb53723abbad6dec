package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.consumer.ConsumerGroupConfig.MigrationPolicy;
import io.octavo.protocol.api.ErrorCode;
import org.junit.jupiter.api.Test;

/// Members of the new protocol that were silent while their group became classic.
final class SleeperTest extends MigrationScene {
    @Test
    void whoSleptWhileTheGroupBecameClassicIsUnknownAndJoinsAgain() {
        ClassicConsumer old = settledClassic();
        enter();
        old.join();
        old.sync();
        beat();
        for (int ms = 0; ms < SESSION_MS; ms += 5_000) {
            old.heartbeat();
            stage.advanceMs(5_000);
        }
        assertClassic();

        assertThat(error(beat())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);

        old.join();
        old.syncLeading(ALL);
        assertThat(error(enter())).isEqualTo(ErrorCode.NONE);
        assertConsumer();
        assertThat(state().size()).isEqualTo(2);
    }

    @Test
    void whoSleptAndMayNotJoinAgainOrLeavesIsToldOfNoSuchGroup() {
        settledClassic();
        assertThat(error(exit())).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);

        configure(MigrationPolicy.DISABLED);

        assertThat(error(beat())).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void whoSleptUntilTheGroupWasClassicAndEmptyIsUnknownAndJoinsAgain() {
        settledClassic().leave();

        assertThat(error(beat())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(error(enter())).isEqualTo(ErrorCode.NONE);
    }
}
