package io.octavo.log;

import io.octavo.ports.Clock;
import io.octavo.ports.Mutation;
import io.octavo.protocol.record.RecordBatch;
import java.util.List;
import org.slf4j.Logger;

/// A bug of one line that [MutantsTest] puts into a copy of the log's source. Numbers are those of
/// `docs/design/crash-states.md`.
enum Mutant {
    DURABLE_BEFORE_FORCED(
            "16", "Log", "return durability.mark().offset();", "return view().endOffset();"),
    FAILED_FORCE_TRIED_AGAIN(
            "17",
            "FailStop",
            "                super.force();\n            } catch (IOException e) {\n                throw fail(e)",
            "                super.force();\n            } catch (IOException e) {\n                super.force()"),
    NAME_OF_A_SEGMENT_NOT_FORCED(
            "18",
            "Durability",
            "            files.forceDirectory(path);\n            Path",
            "            Path"),
    DAMAGE_BELOW_THE_DURABLE_END_CUT(
            "19",
            "Vouched",
            "            search(segments.all().get(i), durable, wrong);\n",
            "            return Mark.startOf(segments.all().getFirst().baseOffset());\n"),
    CLEAN_MARKER_LEFT("20", "ThisRun", "            write(marker, files, root);\n", ""),
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
            "            checkpoint.force();\n            removal",
            "            checkpoint.write();\n            removal"),
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
            "WholeFile.write(files, directory.resolve(FILE), intent);"),
    ZEROS_FROM_THE_LAST_ZEROS_ON(
            "E", "SegmentExtent", "Math.max(position, zeroedBytes);", "zeroedBytes;"),
    TORN_END_NOT_KEPT(
            "F",
            "LogTail",
            "        torn.keep(log.directory().files(), segment.paths().path(suffix));\n",
            "        segment.paths().path(suffix);\n"),
    RETENTION_WITHOUT_BOUND(
            "G",
            "Log",
            ".expiredEnd(config.retention(), bound);",
            ".expiredEnd(config.retention(), Math.max(bound, endOffset()));");

    static final Mutation.Hunt HUNT =
            new Mutation.Hunt(
                    "io.octavo.log",
                    MutantHunt.class,
                    List.of(Log.class, RecordBatch.class, Clock.class, Logger.class));

    private final String number;
    private final String type;
    private final String right;
    private final String wrong;

    Mutant(String number, String type, String right, String wrong) {
        this.number = number;
        this.type = type;
        this.right = right;
        this.wrong = wrong;
    }

    Mutation mutation() {
        return new Mutation(number + ", " + this, "io.octavo.log." + type, right, wrong);
    }
}
