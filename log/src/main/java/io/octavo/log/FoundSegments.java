package io.octavo.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The segments of a log that is recovered: those in its directory, once what the last run did not
/// finish there is finished or removed; without those that are set aside then, with those that are
/// begun behind.
final class FoundSegments {
    private static final Logger LOG = LoggerFactory.getLogger(FoundSegments.class);

    /// Behind the name of what was taken off a log's end.
    static final String CUT = ".cut";

    private final Log log;
    private final OpenFiles files;
    private final List<String> names;

    /// The replacement of segments that the last run did not finish; done now.
    private final @Nullable SegmentSwap swap;

    /// Ascending.
    private final List<Segment> segments = new ArrayList<>();

    private long sparseEnd;

    private FoundSegments(Log log, List<String> before) throws IOException {
        this.log = log;
        files = log.directory().files();
        boolean swaps = before.contains(SegmentSwap.FILE);
        swap = swaps ? finishSwap(files, log.path()) : null;
        names = swaps ? files.list(log.path()) : before;
    }

    /// Takes stock of a log's directory, and removes what an operation that was not finished left.
    ///
    /// @param durable how far the log is known to be durable
    static FoundSegments in(Log log, Mark durable) throws IOException {
        FoundSegments found = new FoundSegments(log, log.directory().files().list(log.path()));
        found.find(durable);
        return found;
    }

    /// The names in the directory, sorted, from before anything was removed.
    List<String> names() {
        return names;
    }

    /// Whether a replacement of segments was finished, of which the checkpoint does not know.
    boolean swapped() {
        return swap != null;
    }

    /// How many of the segments that the checkpoint vouches for there have to be now.
    int vouched(Checkpoint.Entry entry) {
        return swap == null ? entry.segments() : swap.segmentsNow(entry);
    }

    /// Below this, offsets may be missing.
    long sparseEnd() {
        return sparseEnd;
    }

    List<Segment> all() {
        return Collections.unmodifiableList(segments);
    }

    /// The number of the segment that begins at an offset; -1 when there is none.
    int indexOf(long base) {
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).baseOffset() == base) {
                return i;
            }
        }
        return -1;
    }

    /// Makes the log's directory, if it is gone.
    void makeDirectory() throws IOException {
        files.createDirectory(log.path());
        PartitionMetadata.write(files, log.path(), log.topicId());
    }

    /// Adds a new segment, active and empty.
    void begin(long offset) throws IOException {
        makeDirectory();
        SegmentPaths paths = new SegmentPaths(log.path(), offset);
        segments.add(Segment.create(files, paths, log.directory().clock().millis()));
    }

    /// Takes the segments from number `first` on out of the log, under other names.
    void setAside(int first, String reason) throws IOException {
        if (segments.size() == first) {
            return;
        }
        while (segments.size() > first) {
            Segment segment = segments.removeLast();
            LOG.warn("{} is set aside: {}", segment.paths().log(), reason);
            segment.retire();
            segment.unname(CUT);
        }
        files.forceDirectory(log.path());
    }

    /// Brings the directory into the state that the last compaction wanted.
    private static @Nullable SegmentSwap finishSwap(OpenFiles files, Path directory)
            throws IOException {
        SegmentSwap swap = SegmentSwap.read(files, directory);
        if (swap != null) {
            LOG.info("{}: finishing what compaction began", directory);
            // After a kill the intent is there, and a power cut might still take it alone.
            files.forceDirectory(directory);
            // What it leaves to be removed is found with all that has such names.
            var _ = swap.rename();
            files.forceDirectory(directory);
        }
        return swap;
    }

    private void find(Mark durable) throws IOException {
        List<Long> bases = new ArrayList<>();
        for (String name : names) {
            long base = SegmentPaths.offsetOf(name, SegmentPaths.LOG);
            if (base >= 0) {
                bases.add(base);
            } else if (name.endsWith(SegmentPaths.UNFINISHED)) {
                files.delete(log.path().resolve(name));
            } else if (name.endsWith(SegmentPaths.DELETED)) {
                log.directory().removal().found(log.path().resolve(name));
            }
        }
        if (names.contains(CompactedRange.FILE) && !bases.isEmpty()) {
            log.compacted().read();
            // The last segment is never compacted.
            sparseEnd = Math.min(log.compacted().sparseEnd(), bases.getLast());
        }
        for (long base : bases) {
            SegmentPaths paths = new SegmentPaths(log.path(), base);
            int bytes = Math.toIntExact(files.sizeBytes(paths.log()));
            int forced = base < durable.segment() ? bytes : 0;
            if (base == durable.segment()) {
                forced = durable.position();
            }
            segments.add(Segment.found(files, paths, bytes, forced));
        }
    }
}
