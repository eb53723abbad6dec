package io.octavo.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.bench.Charts.Chart;
import io.octavo.bench.Result.Pair;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {
    private static final List<String> BROKERS = List.of("Reference", "Octavo");
    private static final String LZ4 = "produce.1k.16k.acks1.lz4.x1.p6";
    private static final String PLAIN = "produce.1k.16k.acks1.none.x1.p6";

    @TempDir Path directory;

    @Test
    void aChartIsDrawnOnlyOfWhatWasMeasured() {
        Map<String, Chart> charts = Charts.of(List.of(produced()));

        assertThat(charts).containsOnlyKeys("produce-cpu.svg", "produce-throughput.svg");
        assertThat(svg(charts, "produce-cpu.svg")).contains(">lz4<", ">2.5<", ">0.5<");
    }

    @Test
    void whatIsMeasuredBehindALongerLoadStandsBesideIt() {
        List<Result> both =
                Stream.of(PLAIN, PLAIN + ".warm")
                        .map(name ->
                                result(
                                        name,
                                        new Figure(name + ".cpu.s.per.gb", "CPU per GB, s", 2),
                                        new Figure(name + ".mb.per.second", "MB/s", 0)))
                        .toList();

        String svg = svg(Charts.of(both), "produce-cpu.svg");

        assertThat(svg).contains(">the base<", ">the base, all compiled<");
    }

    @Test
    void growthGoesFromPointToPoint() {
        Result growth =
                result(
                        GrowthInBytes.NAME,
                        new Figure("growth-bytes.1.cpu.s", "1 GB: broker CPU, s", 2),
                        new Figure("growth-bytes.1.cpu.s.per.gb", "CPU per GB of 1, s", 2),
                        new Figure("growth-bytes.10.cpu.s", "10 GB: broker CPU, s", 2),
                        new Figure("growth-bytes.rss.mib", "RSS, MiB", 0));

        String svg = svg(Charts.of(List.of(growth)), "growth-bytes.svg");

        assertThat(svg.split("<circle", -1)).hasSize(1 + 2 * BROKERS.size());
        assertThat(svg).contains(">1<", ">10<");
    }

    @Test
    void theMachineItselfStandsBesideTheBrokers() {
        Result limits =
                result(
                        "limits",
                        new Figure("limits.produce.cpu.s.per.gb", "CPU", 2),
                        new Figure("limits.produce.least.s.per.gb", "the machine", 2),
                        new Figure("limits.consume.cpu.s.per.gb", "CPU", 2),
                        new Figure("limits.consume.least.s.per.gb", "the machine", 2));

        String svg = svg(Charts.of(List.of(limits)), "limits.svg");

        assertThat(svg).contains("the machine itself", "produced", "consumed");
    }

    @Test
    void memoryIsShownWholeAndInItsParts() {
        Result memory =
                result(
                        "memory",
                        new Figure("memory.idle.rss.mib", "idle: RSS, MiB", 1),
                        new Figure("memory.idle.heap.mib", "idle: heap, MiB", 1),
                        new Figure("memory.loaded.rss.mib", "after 10 GB: RSS, MiB", 1),
                        new Figure("memory.loaded.code.mib", "after 10 GB: code, MiB", 1));

        Map<String, Chart> charts = Charts.of(List.of(memory));

        assertThat(svg(charts, "memory.svg")).contains(">idle<", ">after 10 GB<");
        assertThat(svg(charts, "memory-idle.svg")).contains(">heap<").doesNotContain(">code<");
        assertThat(svg(charts, "memory-loaded.svg")).contains(">code<").doesNotContain(">heap<");
    }

    @Test
    void resultsAreReadAsTheyWereWritten() throws Exception {
        Path file = directory.resolve("results.json");
        JsonResults written = new JsonResults(List.of(produced()));

        written.write(file);

        JsonResults read = JsonResults.read(file);
        assertThat(read.results()).extracting(Result::machine).containsExactly(AMachine.HERE);
        assertThat(Table.of(read.results())).isEqualTo(Table.of(written.results()));
    }

    @Test
    void whatIsMeasuredAgainTakesThePlaceOfWhatWas() {
        Result other = result("start", new Figure("start.seconds", "start, s", 2));
        JsonResults results = new JsonResults(List.of(produced(), other));

        Result again = result(LZ4, new Figure(LZ4 + ".cpu.s.per.gb", "CPU per GB, s", 2));

        assertThat(results.with(again).results()).containsExactly(again, other);
    }

    @Test
    void whatTwoMachinesDidIsToldApart() throws Exception {
        Figure cost = new Figure(PLAIN + ".cpu.s.per.gb", "CPU per GB, s", 2);
        Result other = result(PLAIN, AMachine.ELSEWHERE, cost);
        Result start =
                result("start", AMachine.ELSEWHERE, new Figure("start.seconds", "start, s", 2));

        Charts.draw(new JsonResults(List.of(produced(), other, start)), directory);

        assertThat(directory.resolve("README.md"))
                .content()
                .contains("- (A) a processor, 2 cores", "- (B) another, 64 cores")
                .contains("Build: a build (A).", "Build: a build (B).");
        assertThat(directory.resolve("produce-cpu.svg")).content().contains(">lz4 (A)<", " (B)<");
        assertThat(directory.resolve("start.svg")).content().contains(">by the clock<");
    }

    @Test
    void oneMachineNeedsNoLetter() throws Exception {
        Charts.draw(new JsonResults(List.of(produced())), directory);

        assertThat(directory.resolve("README.md"))
                .content()
                .contains("\na processor, 2 cores", "Build: a build.")
                .doesNotContain("(A)");
    }

    @Test
    void aFileThatIsNotThereHoldsNothing() throws Exception {
        assertThat(JsonResults.readIfThere(directory.resolve("results.json")).results()).isEmpty();
    }

    @Test
    void aFileOfSomethingElseIsRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("results.json"), "{\"brokers\": []}");

        assertThatThrownBy(() -> JsonResults.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no results of the bench");
    }

    @Test
    void thePageShowsEveryChartAndEveryTable() throws Exception {
        Charts.draw(new JsonResults(List.of(produced())), directory);

        assertThat(directory.resolve("README.md"))
                .content()
                .contains(
                        "![Broker CPU per GB produced](produce-cpu.svg)",
                        "--only '" + LZ4 + "'",
                        "## " + LZ4,
                        "| CPU per GB, s | 2.50 | 0.50 | 0.20 |");
        assertThat(directory.resolve("produce-throughput.svg")).exists();
    }

    private static String svg(Map<String, Chart> charts, String file) {
        Chart chart = charts.get(file);
        assertThat(chart).isNotNull();
        return chart == null ? "" : chart.svg();
    }

    private static Result produced() {
        return result(
                LZ4,
                new Figure(LZ4 + ".cpu.s.per.gb", "CPU per GB, s", 2),
                new Figure(LZ4 + ".mb.per.second", "MB/s", 0));
    }

    /// A pair in which each figure was five times as much on the first broker.
    private static Result result(String name, Figure... figures) {
        return result(name, AMachine.HERE, figures);
    }

    private static Result result(String name, Machine machine, Figure... figures) {
        Run first = new Run();
        Run second = new Run();
        for (Figure figure : figures) {
            first.put(figure, 2.5);
            second.put(figure, 0.5);
        }
        return new Result(
                name,
                "a title",
                "a build",
                machine,
                BROKERS,
                List.of(new Pair(List.of(first, second))));
    }
}
