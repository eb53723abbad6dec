package io.octavo.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Which neighbouring segments become one when they are compacted: as many as fit into one before,
/// so that it holds them whatever is left of them.
final class SegmentGroups {
    private SegmentGroups() {}

    /// @param count how many of the view's segments, from its first; none of them active
    static List<List<Segment>> of(
            LogView view, int count, LogConfig.Segments limits, LogFiles files) throws IOException {
        List<List<Segment>> groups = new ArrayList<>();
        List<Segment> group = new ArrayList<>();
        long bytes = 0;
        long indexBytes = 0;
        for (int i = 0; i < count; i++) {
            Segment segment = view.segment(i);
            long offsets = view.segment(i + 1).baseOffset() - group(group, segment).baseOffset();
            bytes += view.bytes(i);
            indexBytes += indexBytes(segment, files);
            boolean fits =
                    bytes <= limits.bytesMax()
                            && indexBytes <= limits.indexBytesMax()
                            && offsets <= Integer.MAX_VALUE;
            if (!fits && !group.isEmpty()) {
                groups.add(group);
                group = new ArrayList<>();
                bytes = view.bytes(i);
                indexBytes = indexBytes(segment, files);
            }
            group.add(segment);
        }
        groups.add(group);
        return groups;
    }

    private static Segment group(List<Segment> group, Segment next) {
        return group.isEmpty() ? next : group.getFirst();
    }

    /// The size of the larger index.
    private static long indexBytes(Segment segment, LogFiles files) throws IOException {
        long bytes = 0;
        for (Path index : List.of(segment.paths().offsetIndex(), segment.paths().timeIndex())) {
            bytes = Math.max(bytes, files.exists(index) ? files.sizeBytes(index) : 0);
        }
        return bytes;
    }
}
