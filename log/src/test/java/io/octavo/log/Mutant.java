package io.octavo.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A bug of one line that [MutantsTest] puts into a copy of the log's source. Numbers are those of
/// `docs/design/crash-states.md`.
enum Mutant {
    DURABLE_BEFORE_FORCED(
            "16", "Log", "return durability.mark().offset();", "return view.endOffset();"),
    FAILED_FORCE_TRIED_AGAIN(
            "17",
            "Durability",
            "            segment.force();\n            forced(",
            "            try { segment.force(); } catch (IOException e) { segment.force(); }\n"
                    + "            forced("),
    NAME_OF_A_SEGMENT_NOT_FORCED(
            "18",
            "Durability",
            "            files.forceDirectory(path);\n            Path",
            "            Path"),
    DAMAGE_BELOW_THE_DURABLE_END_CUT(
            "19",
            "Recovery",
            "            vouched.search(segments.get(i), durable, wrong);\n",
            "            return Mark.startOf(segments.getFirst().baseOffset());\n"),
    CLEAN_MARKER_LEFT("20", "DataDirectory", "            marker.write(files, root);\n", ""),
    FOUND_TAIL_TAKEN_FOR_DURABLE(
            "21",
            "Recovery",
            "log.durability().startAt(durable);",
            "log.durability().startAt(end);"),
    SNAPSHOT_BEHIND_A_CUT_KEPT(
            "22", "Truncation", "        log.snapshots().removeAfter(end.offset());\n", ""),
    FOUR_BATCHES_KNOWN_AGAIN("23", "ProducerState", "BATCHES_MAX = 5;", "BATCHES_MAX = 4;"),
    UNLINKED_BEFORE_IT_IS_NOTED(
            "A",
            "DataDirectory",
            "                checkpoint.force();\n                removal",
            "                checkpoint.write();\n                removal"),
    CUT_BEFORE_IT_IS_NOTED(
            "B",
            "Truncation",
            "        log.directory().checkpointFile().force();\n",
            "        log.directory().checkpointFile().write();\n"),
    ZEROS_FROM_THE_DURABLE_END(
            "C",
            "Headroom",
            "Math.max(used, active.zeroedBytes());",
            "Math.max(log.durability().mark().position(), active.zeroedBytes());"),
    INTENT_OF_A_SWAP_NOT_FORCED(
            "D",
            "SegmentSwap",
            "WholeFile.replace(files, directory.resolve(FILE), intent);",
            "WholeFile.write(files, directory.resolve(FILE), intent);");

    private static final Path SOURCES = Path.of("src/main/java/io/octavo/log");

    final String number;
    final String type;
    private final String right;
    private final String wrong;

    Mutant(String number, String type, String right, String wrong) {
        this.number = number;
        this.type = type;
        this.right = right;
        this.wrong = wrong;
    }

    /// The source with the bug in it.
    ///
    /// @throws IllegalStateException when the line has changed: the bug has to follow it
    String source() {
        try {
            String text = Files.readString(SOURCES.resolve(type + ".java"));
            int at = text.indexOf(right);
            if (at < 0 || text.indexOf(right, at + 1) >= 0) {
                throw new IllegalStateException(
                        type + ".java has not exactly one \"" + right.strip() + "\"; see " + this);
            }
            return text.replace(right, wrong);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
