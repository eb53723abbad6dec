package io.octavo.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the demo shows, as lines of text: the topics, how fast each grows, how far behind the
/// reader is now, and a curve of that over the last seconds. Knows no terminal. For one thread.
final class DemoScreen {
    /// Ten seconds at two samples a second: one turn of the reader. With it a line has 80 columns.
    private static final int CURVE_SAMPLES = 20;

    private static final String UNICODE_STEPS = " ▁▂▃▄▅▆▇█";
    private static final String ASCII_STEPS = " .:-=+*#%";

    private final String address;
    private final String directory;
    private final String steps;
    private final Deque<Sample> samples = new ArrayDeque<>();

    /// @param unicode whether block characters can be shown
    DemoScreen(String address, String directory, boolean unicode) {
        this.address = address;
        this.directory = directory;
        steps = unicode ? UNICODE_STEPS : ASCII_STEPS;
    }

    /// All tallies at one instant.
    private record Sample(double seconds, List<DemoTally.Now> topics) {}

    /// Takes the next sample; the newest [#CURVE_SAMPLES] are kept.
    ///
    /// @param seconds since the demo began
    void sample(double seconds, List<DemoTally.Now> topics) {
        samples.addLast(new Sample(seconds, topics));
        if (samples.size() > CURVE_SAMPLES) {
            samples.removeFirst();
        }
    }

    /// The whole screen by the last sample.
    List<String> full(boolean resting) {
        Sample last = samples.getLast();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(
                "  Octavo demo    a broker on %s    %d s    Ctrl-C ends it and tidies up"
                        .formatted(address, (long) last.seconds));
        lines.add("");
        table(last).forEach(line -> lines.add("  " + line));
        lines.add("");
        lines.add(
                resting
                        ? "  The reader rests for a while. Nobody waits for it; its distance grows."
                        : "  The reader reads. What it missed while it rested it makes up at once.");
        lines.add("");
        String topic = last.topics.getFirst().topic();
        lines.add("  In another terminal:");
        lines.add("    bin/octavo consume %s --follow --bootstrap %s".formatted(topic, address));
        lines.add("    bin/octavo topic describe %s --bootstrap %s".formatted(topic, address));
        lines.add("    bin/octavo log dump %s/data --verify | less".formatted(directory));
        lines.add("    kcat -b %s -t %s -C -o end".formatted(address, topic));
        return lines;
    }

    /// The last sample in one line, for outputs that are no terminal.
    String brief() {
        Sample last = samples.getLast();
        List<String> parts = new ArrayList<>();
        for (DemoTally.Now topic : last.topics) {
            parts.add(
                    "%s: %s written, %s/s, reader %s behind"
                            .formatted(
                                    topic.topic(),
                                    Amount.count(topic.written()),
                                    Amount.count(Math.round(recordsPerSecond(topic))),
                                    Amount.count(topic.behind())));
        }
        return "%2d s  %s".formatted((long) last.seconds, String.join("; ", parts));
    }

    private List<String> table(Sample last) {
        TextTable table = new TextTable("TOPIC", "PARTS", "RECORDS", "PER S", "SIZE", "BEHIND", "");
        for (DemoTally.Now topic : last.topics) {
            table.row(
                    topic.topic(),
                    topic.partitions(),
                    topic.written(),
                    Math.round(recordsPerSecond(topic)),
                    Amount.bytes(topic.writtenBytes()),
                    topic.behind(),
                    curve(topic.topic()));
        }
        return table.lines();
    }

    /// Over the last second, or since there are samples.
    private double recordsPerSecond(DemoTally.Now topic) {
        Sample last = samples.getLast();
        Sample before = last;
        for (Sample sample : samples) {
            if (last.seconds - sample.seconds <= 1.01) {
                before = sample;
                break;
            }
        }
        double seconds = last.seconds - before.seconds;
        long written = writtenByTopic(before).getOrDefault(topic.topic(), 0L);
        return seconds <= 0 ? 0 : (topic.written() - written) / seconds;
    }

    private static Map<String, Long> writtenByTopic(Sample sample) {
        Map<String, Long> written = new HashMap<>();
        sample.topics.forEach(topic -> written.put(topic.topic(), topic.written()));
        return written;
    }

    /// The reader's distance, the newest sample last; the highest block is the largest distance.
    private String curve(String topic) {
        List<Long> distances =
                samples.stream()
                        .flatMap(sample -> sample.topics.stream())
                        .filter(now -> now.topic().equals(topic))
                        .map(DemoTally.Now::behind)
                        .toList();
        long highest = Math.max(1, distances.stream().mapToLong(Long::longValue).max().orElse(1));
        StringBuilder curve = new StringBuilder();
        for (long distance : distances) {
            curve.append(steps.charAt((int) (distance * (steps.length() - 1) / highest)));
        }
        return curve.toString();
    }
}
