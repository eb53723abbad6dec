package io.octavo.cli;

import io.octavo.client.GroupAdmin.Group;
import io.octavo.client.GroupAdmin.GroupPartition;
import io.octavo.client.GroupAdmin.Lag;
import java.time.Duration;

/// How far behind a group is: of all its partitions together, the time of the one that is furthest.
/// -1 where that is not known of any.
record GroupLag(long records, long bytes, long ms) {
    private static final String UNKNOWN = "-";

    static GroupLag of(Group group) {
        GroupLag all = new GroupLag(-1, -1, -1);
        for (GroupPartition partition : group.partitions()) {
            all = all.and(of(partition));
        }
        return all;
    }

    static GroupLag of(GroupPartition partition) {
        Lag lag = partition.lag();
        return new GroupLag(lag.records(), lag.bytes(), lag.ms());
    }

    String recordsText() {
        return records < 0 ? UNKNOWN : Amount.count(records);
    }

    String bytesText() {
        return bytes < 0 ? UNKNOWN : Amount.bytes(bytes);
    }

    /// `0.3 s`, `12 s`, `2 h 5 min`
    String timeText() {
        if (ms < 0) {
            return UNKNOWN;
        }
        Duration time = Duration.ofMillis(ms);
        if (time.toDays() > 0) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        if (time.toMinutes() > 0) {
            return time.toMinutes() + " min " + time.toSecondsPart() + " s";
        }
        return time.toSecondsPart() + "." + time.toMillisPart() / 100 + " s";
    }

    private GroupLag and(GroupLag other) {
        return new GroupLag(
                sum(records, other.records), sum(bytes, other.bytes), Math.max(ms, other.ms));
    }

    private static long sum(long one, long other) {
        return one < 0 || other < 0 ? Math.max(one, other) : one + other;
    }
}
