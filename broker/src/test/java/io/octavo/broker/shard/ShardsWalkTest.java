package io.octavo.broker.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShardsWalkTest {
    @Test
    void whateverHappensAShardServesAllOfItsLogOrNothing() {
        assertThat(ShardsWalk.walks(ShardsWalk.WALKS)).isGreaterThan(1_000);
    }
}
