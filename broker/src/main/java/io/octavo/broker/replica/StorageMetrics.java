package io.octavo.broker.replica;

import io.octavo.broker.metrics.Metrics;
import io.octavo.broker.metrics.Reading;
import io.octavo.log.DataDirectory;
import io.octavo.log.DirectoryFigures;
import java.util.List;
import java.util.Map;

/// What the data directories and the partitions tell the operator.
public final class StorageMetrics implements Metrics.Source {
    /// Label of what is told for each data directory.
    private static final String DIRECTORY = "directory";

    private final PartitionTable partitions;
    private final Cleaner cleaner;

    public StorageMetrics(PartitionTable partitions, Cleaner cleaner) {
        this.partitions = partitions;
        this.cleaner = cleaner;
    }

    @Override
    public void tell(Reading reading) {
        partitions.directories().forEach(directory -> tell(reading, directory));
        List<Partition> all = partitions.all();
        reading.gauge("octavo_partitions", "Partitions that this broker holds", all.size());
        reading.gauge(
                "octavo_partitions_offline",
                "Partitions whose logs could not be opened, or whose disks have failed",
                all.stream().filter(Partition::offline).count());
        reading.gauge(
                "octavo_compaction_partitions_aside",
                "Partitions that are not compacted any more, because they are damaged",
                cleaner.asideCount());
    }

    private static void tell(Reading reading, DataDirectory directory) {
        DirectoryFigures now = directory.figures();
        String[] its = {DIRECTORY, directory.root().toString()};
        reading.histogram(
                "octavo_log_append_seconds",
                "How long appends took, of all that an event loop does for one",
                now.appends()::countUpTo,
                now.appends().sumNanos(),
                its);
        reading.counter(
                "octavo_log_appended_bytes", "Bytes that were appended", now.appendedBytes(), its);
        reading.histogram(
                "octavo_log_force_seconds",
                "How long forces of files took",
                now.forces()::countUpTo,
                now.forces().sumNanos(),
                its);
        reading.gauge(
                "octavo_log_unforced_bytes",
                "Bytes that are appended and only in memory",
                now.unforcedBytes(),
                its);
        reading.gauge("octavo_log_open_logs", "Logs that are in use", now.openLogs(), its);
        reading.gauge("octavo_log_open_files", "Segments that are open", now.openFiles(), its);
        tellDamage(reading, now.damagedRanges(), its);
        reading.counter(
                "octavo_log_scrubbed_bytes",
                "Bytes that were read to find what has rotted",
                now.scrubbedBytes(),
                its);
        reading.gauge(
                "octavo_data_directory_failed",
                "1 when the directory is out of service, because the disk failed",
                directory.failure() == null ? 0 : 1,
                its);
        reading.gauge(
                "octavo_data_directory_full",
                "1 while producing is refused for want of space",
                directory.wantOfSpace() == null ? 0 : 1,
                its);
        if (directory.failure() == null) {
            reading.gauge("octavo_disk_bytes", "Size of the disk", now.disk().totalBytes(), its);
            reading.gauge(
                    "octavo_disk_usable_bytes",
                    "Room left on the disk",
                    now.disk().usableBytes(),
                    its);
        }
    }

    private static void tellDamage(Reading reading, Map<String, Integer> ranges, String... its) {
        reading.gauge(
                "octavo_log_damaged_ranges",
                "Ranges of offsets that are known to be damaged, and not served",
                ranges.values().stream().mapToInt(count -> count).sum(),
                its);
        ranges.forEach((log, count) ->
                reading.gauge(
                        "octavo_log_partition_damaged_ranges",
                        "The same by partition, of those that have some",
                        count,
                        its[0],
                        its[1],
                        "partition",
                        log));
    }
}
