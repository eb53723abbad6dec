package io.octavo.log;

import io.octavo.ports.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What replays have brought into memory. The system would keep all of it until it needs the
/// memory, and then look for what to take from whom while others run; so it is told to drop what
/// replays have passed.
///
/// ```
///  a file   ├── 16 MiB ──┼── 16 MiB ──┼── 16 MiB ──┼── 16 MiB ──┤
///             dropped      passed       being read   noted, if it is not in memory
/// ```
///
/// What was in memory before a replay came near is not noted, and so stays there. A part stays
/// until nobody has read it for two seconds, so that who replays the same a little later finds it,
/// and the last 512 MiB stay anyway. Safe for any thread; the monitor guards the parts and is held
/// for no operation on a file.
final class Replays {
    /// More than a system reads ahead: what comes next is looked at before that is done.
    static final int PART_BYTES = 16 << 20;

    private static final int PARTS_KEPT = 32;

    /// Of more, nothing is known: that is 64 GiB which were read within two seconds.
    private static final int PARTS_MAX = 4096;

    private static final long PASSED_NANOS = 2_000_000_000;

    private final LogFiles files;
    private final Clock clock;

    /// When each was last read, that of the longest ago first.
    private final Map<Part, Long> parts = new LinkedHashMap<>(64, 0.75f, true);

    private record Part(Path file, long number) {}

    Replays(LogFiles files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    /// Some bytes of a file that does not grow any more are about to be read.
    ///
    /// @return has the system drop what was passed, which blocks; null where there is nothing
    @Nullable Runnable reads(LogFile file, long position, int bytes) {
        long first = position / PART_BYTES;
        long last = (position + bytes - 1) / PART_BYTES;
        long begun = position % PART_BYTES == 0 ? first : first + 1;
        List<Part> cold = begun <= last ? cold(file, begun, last + 1) : List.of();
        List<Part> passed = note(file.path(), first, last, cold);
        return passed.isEmpty() ? null : () -> drop(passed);
    }

    private synchronized List<Part> note(Path file, long first, long last, List<Part> cold) {
        long now = clock.nanos();
        for (Part part : cold) {
            parts.put(part, now);
        }
        for (long number = first; number <= last + 1; number++) {
            parts.replace(new Part(file, number), now);
        }
        List<Part> passed = List.of();
        Iterator<Map.Entry<Part, Long>> oldest = parts.entrySet().iterator();
        for (int over = parts.size() - PARTS_KEPT; over > 0; over--) {
            Map.Entry<Part, Long> next = oldest.next();
            boolean dropped = now - next.getValue() >= PASSED_NANOS;
            if (!dropped && over <= PARTS_MAX - PARTS_KEPT) {
                break;
            }
            if (dropped) {
                passed = passed.isEmpty() ? new ArrayList<>() : passed;
                passed.add(next.getKey());
            }
            oldest.remove();
        }
        return passed;
    }

    /// Those of some parts that are not in memory, by the last page of each.
    private static List<Part> cold(LogFile file, long first, long last) {
        try {
            List<Part> cold = new ArrayList<>();
            long fileBytes = file.sizeBytes();
            for (long number = first; number <= last; number++) {
                long end = Math.min((number + 1) * PART_BYTES, fileBytes);
                if (end > number * PART_BYTES && !file.isCached(end - 1, 1)) {
                    cold.add(new Part(file.path(), number));
                }
            }
            return cold;
        } catch (IOException unknown) {
            // Whoever reads the file meets it, too.
            return List.of();
        }
    }

    private void drop(List<Part> passed) {
        for (Part part : passed) {
            long from = part.number() * PART_BYTES;
            files.dropCached(part.file(), from, from + PART_BYTES);
        }
    }
}
