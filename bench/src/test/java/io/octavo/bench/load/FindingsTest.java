package io.octavo.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    @Test
    void findingsAreReadFromBetweenOtherLines() {
        Findings findings =
                Findings.parse(List.of("WARN whatever", Findings.line("late.p50", 12.5), ""));

        assertThat(findings.value("late.p50")).isEqualTo(12.5);
    }

    @Test
    void whatWasNotFoundIsNotMadeUp() {
        assertThatThrownBy(() -> Findings.parse(List.of()).value("bytes"))
                .hasMessageContaining("'bytes'");
    }

    @Test
    void theToolsTotalIsTakenAndNotItsProgress() {
        List<String> output =
                List.of(
                        "1000 records sent, 200.0 records/sec (0.20 MB/sec), 2.5 ms avg latency,"
                                + " 330.0 ms max latency.",
                        "1000 records sent, 19.5 records/sec (0.02 MB/sec), 2.57 ms avg latency,"
                                + " 330.00 ms max latency, 1 ms 50th, 9 ms 95th, 20 ms 99th, 30 ms"
                                + " 99.9th.");

        assertThat(Clients.recordsPerSecond(output, 1000)).isEqualTo(19.5);
    }

    @Test
    void aToolThatSentLessThanAskedIsAnError() {
        List<String> output = List.of("999 records sent, 19.5 records/sec, 30 ms 99.9th.");

        assertThatThrownBy(() -> Clients.recordsPerSecond(output, 1000))
                .hasMessageContaining("1000");
    }

    @Test
    void theToolsRequestsAreTaken() {
        List<String> output =
                List.of(
                        "producer-metrics:request-size-avg:{client-id=perf-producer-client}   : 16403.1",
                        "producer-metrics:request-total:{client-id=perf-producer-client}      : 62507.000");

        assertThat(Clients.requests(output)).isEqualTo(62_507);
    }
}
