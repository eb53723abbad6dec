package io.octavo.system.churn;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Something that happened to a group, by the machine's monotonic clock, which all processes on it
/// share.
sealed interface Event {
    long atNanos();

    /// A member's process.
    record Who(String group, String name) {}

    /// A member has these partitions and no others, in a generation or an epoch.
    record Assigned(long atNanos, Who who, int epoch, Set<Integer> partitions) implements Event {}

    /// A member has given partitions up, or knows that it has lost them.
    record GivenUp(long atNanos, Who who, Set<Integer> partitions) implements Event {}

    /// A member has processed the records from an offset to another, which is not among them.
    record Consumed(long atNanos, Who who, int partition, long from, long end) implements Event {}

    /// A member's process began to run, stopped for a while, was asked to leave, or has ended.
    record Lives(long atNanos, Who who, Life life) implements Event {}

    /// Somebody comes or goes in a group.
    record Disturbed(long atNanos, String group) implements Event {}

    /// Records come no more, since the broker was killed or nobody writes; or they come again.
    record Flow(long atNanos, boolean flows) implements Event {}

    /// The offsets that a group had committed at this time at the latest.
    record Committed(long atNanos, String group, Map<Integer, Long> offsets) implements Event {}

    /// A description of a group: its protocol, and what each member has been assigned.
    record Described(long atNanos, String group, String type, List<Set<Integer>> assigned)
            implements Event {}

    /// What a process does.
    enum Life {
        RUNS,
        PAUSED,
        LEAVES,
        ENDED
    }
}
