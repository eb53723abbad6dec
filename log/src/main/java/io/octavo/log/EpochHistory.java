package io.octavo.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Where each leader epoch begins in a log (KIP-101, KIP-279). Epochs and offsets both rise. One
/// thread at a time changes it, under the log's lock; any thread reads it.
///
/// In Kafka's `leader-epoch-checkpoint`, which is written for Kafka's tools:
///
/// ```
/// 0                 version
/// 2                 entries
/// 0 0               epoch, first offset
/// 3 1200
/// ```
public final class EpochHistory {
    /// What stands for "no epoch" and "no offset".
    public static final int NO_EPOCH = -1;

    public static final long NO_OFFSET = -1;

    /// The file of Kafka's format.
    static final String FILE = "leader-epoch-checkpoint";

    private static final Epoch[] NONE = new Epoch[0];

    private volatile Epoch[] epochs = NONE;

    /// @param epoch the leader's
    /// @param startOffset its first record's
    public record Epoch(int epoch, long startOffset) {}

    /// An answer to "where does this epoch end here?".
    ///
    /// @param epoch the largest known epoch not above the one asked for, or [#NO_EPOCH]
    /// @param endOffset where the next epoch starts, or [#NO_OFFSET]
    public record EpochEnd(int epoch, long endOffset) {
        static final EpochEnd UNKNOWN = new EpochEnd(NO_EPOCH, NO_OFFSET);
    }

    /// The epoch of the last record, or [#NO_EPOCH].
    public int latest() {
        Epoch[] known = epochs;
        return known.length == 0 ? NO_EPOCH : known[known.length - 1].epoch;
    }

    /// All epochs, oldest first.
    public List<Epoch> entries() {
        return List.of(epochs);
    }

    /// The epoch of the record at `offset`, or [#NO_EPOCH] before the first.
    public int epochAt(long offset) {
        Epoch[] known = epochs;
        int at = lastStartingBy(known, offset);
        return at < 0 ? NO_EPOCH : known[at].epoch;
    }

    /// Where `epoch` ends, as OffsetForLeaderEpoch answers (KIP-101): for the leader's epoch, the
    /// log's end; for one that has no records, where the next begins, with the largest epoch before
    /// it; for one below the first, that epoch and where the first begins; for one above the
    /// leader's, unknown. The leader's begins at the log's end while it has no records: those
    /// before it end there, also when the log has no record of them any more.
    ///
    /// @param leaderEpoch the epoch of the log's leader, not below that of any record
    public EpochEnd endOf(int epoch, int leaderEpoch, long logEndOffset) {
        Epoch[] known = epochs;
        if (epoch == NO_EPOCH || epoch > leaderEpoch) {
            return EpochEnd.UNKNOWN;
        }
        int latest = known.length == 0 ? NO_EPOCH : known[known.length - 1].epoch;
        if (epoch >= latest) {
            boolean own = epoch == leaderEpoch || latest == NO_EPOCH;
            return new EpochEnd(own ? epoch : latest, logEndOffset);
        }
        int next = 0;
        while (known[next].epoch <= epoch) {
            next++;
        }
        int found = next == 0 ? epoch : known[next - 1].epoch;
        return new EpochEnd(found, known[next].startOffset);
    }

    /// Notes that records of `epoch` begin at `offset`, unless they began before.
    void assign(int epoch, long offset) {
        if (epoch > latest()) {
            truncateEnd(offset);
            Epoch[] longer = Arrays.copyOf(epochs, epochs.length + 1);
            longer[longer.length - 1] = new Epoch(epoch, offset);
            epochs = longer;
        }
    }

    /// Forgets the epochs that begin at `endOffset` or behind.
    void truncateEnd(long endOffset) {
        Epoch[] known = epochs;
        int kept = lastStartingBy(known, endOffset - 1) + 1;
        if (kept < known.length) {
            epochs = Arrays.copyOf(known, kept);
        }
    }

    /// Forgets the epochs that end by `startOffset`; the one that goes on there begins there.
    void truncateStart(long startOffset) {
        Epoch[] known = epochs;
        int first = lastStartingBy(known, startOffset);
        if (first > 0 || (first == 0 && known[0].startOffset < startOffset)) {
            Epoch[] kept = Arrays.copyOfRange(known, first, known.length);
            kept[0] = new Epoch(kept[0].epoch, startOffset);
            epochs = kept;
        }
    }

    void replace(List<Epoch> entries) {
        epochs = entries.toArray(NONE);
    }

    /// What a log's file says that Kafka wrote, or this program for Kafka's tools. It has no
    /// checksum: nothing, where it is not exactly such a file.
    static List<Epoch> readKafka(LogFiles files, Path directory) throws IOException {
        ByteBuffer bytes = WholeFile.read(files, directory.resolve(FILE));
        List<Epoch> entries = new ArrayList<>();
        if (bytes == null) {
            return entries;
        }
        List<String> lines = StandardCharsets.UTF_8.decode(bytes).toString().lines().toList();
        try {
            if (lines.size() < 2
                    || !lines.get(0).equals("0")
                    || Integer.parseInt(lines.get(1)) != lines.size() - 2) {
                return entries;
            }
            for (String line : lines.subList(2, lines.size())) {
                int blank = line.indexOf(' ');
                int epoch = Integer.parseInt(line.substring(0, Math.max(blank, 0)));
                entries.add(new Epoch(epoch, Long.parseLong(line.substring(blank + 1))));
            }
        } catch (NumberFormatException strange) {
            return List.of();
        }
        return entries;
    }

    /// The file for Kafka's tools.
    static ByteBuffer kafkaText(List<Epoch> entries) {
        StringBuilder text = new StringBuilder("0\n").append(entries.size()).append('\n');
        for (Epoch e : entries) {
            text.append(e.epoch).append(' ').append(e.startOffset).append('\n');
        }
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static int lastStartingBy(Epoch[] known, long offset) {
        int at = known.length - 1;
        while (at >= 0 && known[at].startOffset > offset) {
            at--;
        }
        return at;
    }
}
