package io.octavo.bench;

import io.octavo.bench.Charts.Chart;
import java.util.List;
import java.util.Map;

/// The page that shows the charts, how each is made again, and a table of every experiment.
final class BenchmarksPage {
    private static final String HEAD =
            """
            # Octavo beside Apache Kafka, measured

            Made by `bench/compare --charts docs/benchmarks`; what is measured and how is in
            [bench/README.md](../../bench/README.md). Every run's figures are in [results.json](results.json), and
            `bench/compare --charts docs/benchmarks --redraw` draws all this from them. Medians with the lowest and the
            highest; ratios pair by pair; 1 GB = 10^9 bytes of record values. Where Octavo is shown both ways, the command
            takes `--durability os,fsync` besides; with `fsync`, `acks=all` waits for the disk, and what is sent with
            `acks=1` is answered before it is forced, which is within 50 ms. *Build* is the commit that Octavo was built
            from, and the day; where fewer pairs than five are shown, `--pairs` said so, or it was ended.

            Brokers are measured some 200 000 records after their start, and their compilers are at work for some GB more.
            `.warm` is behind these: what remains is the kernel's in the main, and the two are less far apart.

            """;

    private BenchmarksPage() {}

    /// @param charts by the names of their files
    /// @param paper whether the experiment of the paper has a page beside this one
    static String of(JsonResults results, Map<String, Chart> charts, boolean paper) {
        StringBuilder text = new StringBuilder(HEAD);
        if (paper) {
            text.append("The experiment of the 2011 paper: [paper.md](paper.md).\n\n");
        }
        Machines machines = Machines.of(results.results());
        text.append(machines.text());
        charts.forEach((file, chart) ->
                text.append("\n## ")
                        .append(chart.heading().title())
                        .append("\n\n![")
                        .append(chart.heading().title())
                        .append("](")
                        .append(file)
                        .append(")\n\n    bench/compare --charts docs/benchmarks --only '")
                        .append(again(results.results(), chart.only()))
                        .append("'\n"));
        for (Result result : results.results()) {
            text.append("\n## ")
                    .append(result.name())
                    .append("\n\n")
                    .append(result.title())
                    .append(". Build: ")
                    .append(result.build())
                    .append(machines.mark(result))
                    .append(". Pairs: ")
                    .append(result.note())
                    .append(".\n\n")
                    .append(Table.markdown(result));
        }
        return text.toString();
    }

    /// What `--only` has to say to measure a chart's figures again, and not all that its pattern
    /// would name.
    private static String again(List<Result> results, String pattern) {
        List<String> names =
                results.stream()
                        .map(Result::name)
                        .filter(name -> Selection.matches(pattern, name))
                        .toList();
        return names.isEmpty() ? pattern : String.join(",", names);
    }
}
