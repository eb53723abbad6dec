package io.octavo.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class TimeSliceTest {
    @Test
    void aThreadGetsAShorterOneAndOthersKeepTheirs() throws Exception {
        TimeSlice slice = TimeSlice.ofThisSystem();
        assumeTrue(slice != null, "there are none here");
        long before = slice.nanos();
        assumeTrue(before > 0, "it is not told here; before Linux 6.12");

        CompletableFuture<Long> others = new CompletableFuture<>();
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            assertThat(slice.shorten()).isTrue();
                            others.complete(slice.nanos());
                        });
        thread.join();

        assertThat(others.join()).isEqualTo(TimeSlice.SHORT_NANOS);
        assertThat(slice.nanos()).isEqualTo(before).isGreaterThan(TimeSlice.SHORT_NANOS);
    }
}
