package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static io.octavo.broker.api.Replies.now;
import static io.octavo.broker.api.Replies.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Batches;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.FetchResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Fetches of records that are not in memory: an event loop leaves them to a worker.
final class ColdFetchTest extends FetchScene {
    /// More than a log remembers the places of.
    private static final int BATCHES = 100;

    @BeforeEach
    void writeLongAgo() {
        for (int i = 0; i < BATCHES; i++) {
            append("t", 0, Batches.of("a"));
        }
        disk.forget();
    }

    @Test
    void aWorkerReadsWhatIsNotInMemory() {
        Later<FetchResponse> later = later(fetch(request(at(0, 3))));
        loop.run();
        assertThat(settled(later)).isFalse();

        broker.worker().run();
        assertThat(settled(later)).isFalse();
        loop.run();

        assertThat(offsets(only(kept(later))).getFirst()).isEqualTo(3);
    }

    @Test
    void theTailIsReadAtOnce() {
        assertThat(offsets(only(now(fetch(request(at(0, BATCHES - 2)))))))
                .containsExactly(BATCHES - 2L, BATCHES - 1L);
    }

    @Test
    void oneReadByTheWorkerIsEnoughThoughNothingStaysInMemory() {
        Later<FetchResponse> later = later(fetch(request(at(0, 3))));

        broker.worker().run();
        disk.forget();
        loop.run();

        assertThat(offsets(only(kept(later))).getFirst()).isEqualTo(3);
    }

    @Test
    void whatIsReadForAConnectionThatIsGoneIsReleased() {
        Later<FetchResponse> later = later(fetch(request(at(0, 3))));

        later.abandon();
        broker.worker().run();
        loop.run();

        assertThat(settled(later)).isFalse();
        broker.delete("t");
        broker.worker().run();
        assertThat(disk.openFiles()).doesNotContain("00000000000000000000.log");
    }

    @Test
    void aFailureToReadIsToldAtOnce() {
        disk.failReads("t-0");
        Later<FetchResponse> later = later(fetch(request(at(0, 3))));

        broker.worker().run();
        loop.run();

        assertThat(only(kept(later)).errorCode()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR.code());
    }

    @Test
    void aFetchWhoseTimeIsUpWaitsForTheWorkerAndReadsOnce() {
        Later<FetchResponse> later = later(fetch(request(at(0, 3)).withMaxWaitMs(5)));
        loop.advanceMs(10);
        assertThat(settled(later)).isFalse();

        broker.worker().run();
        loop.run();

        assertThat(disk.reads()).isEqualTo(1);
        assertThat(offsets(only(kept(later))).getFirst()).isEqualTo(3);
    }
}
