package io.octavo.broker.group;

import io.octavo.broker.replica.HostedTopic;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedPartition;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedRebalance;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedTopic;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Everything that is known of some groups, with their lag, as they were when they were asked for.
/// For one thread at a time.
public final class GroupReport {
    /// What one answer may take; whoever is refused for it asks for fewer groups.
    private static final long ANSWER_BYTES_MAX = 32 << 20;

    /// About what a partition takes besides its metadata, and a rebalance besides its causes.
    private static final int ROW_BYTES = 150;

    private final List<Entry> entries = new ArrayList<>();
    private ErrorCode error = ErrorCode.NONE;

    GroupReport() {}

    /// @param snapshot null where there is an error
    private record Entry(String id, ErrorCode error, @Nullable GroupSnapshot snapshot) {}

    void add(GroupSnapshot snapshot) {
        entries.add(new Entry(snapshot.id(), ErrorCode.NONE, snapshot));
    }

    void add(String id, ErrorCode error) {
        entries.add(new Entry(id, error, null));
    }

    /// Groups are missing that are still being loaded.
    void loading() {
        error = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
    }

    /// The partitions whose logs [#answer] looks into.
    public Collection<Partition> partitions(PartitionTable table) {
        Set<Partition> all = new LinkedHashSet<>();
        for (Entry entry : entries) {
            if (entry.snapshot != null) {
                entry.snapshot
                        .offsets()
                        .forEach((name, offsets) -> {
                            HostedTopic topic = table.topic(name);
                            offsets.each((index, _) -> {
                                Partition partition = topic == null ? null : topic.partition(index);
                                if (partition != null) {
                                    all.add(partition);
                                }
                            });
                        });
            }
        }
        return all;
    }

    /// Reads headers of logs; on a worker.
    ///
    /// @param nowMs by the wall clock
    public OctavoDescribeGroupsResponse answer(PartitionTable table, long nowMs) {
        List<DescribedGroup> groups = new ArrayList<>(entries.size());
        long bytes = 0;
        for (Entry entry : entries) {
            DescribedGroup unknown = DescribedGroup.defaults().withGroupId(entry.id);
            if (entry.snapshot == null) {
                groups.add(unknown.withErrorCode(entry.error.code()));
                continue;
            }
            bytes += bytes(entry.snapshot);
            groups.add(
                    bytes > ANSWER_BYTES_MAX
                            ? unknown.withErrorCode(ErrorCode.MESSAGE_TOO_LARGE.code())
                            : group(entry.snapshot, table, nowMs));
        }
        return new OctavoDescribeGroupsResponse(0, error.code(), groups);
    }

    private static long bytes(GroupSnapshot group) {
        long[] bytes = {ROW_BYTES};
        for (TopicOffsets offsets : group.offsets().values()) {
            offsets.each((_, offset) -> bytes[0] += ROW_BYTES + offset.metadata().length());
        }
        for (MemberPartitions member : group.members()) {
            for (List<Integer> partitions : member.partitions().values()) {
                bytes[0] += (long) ROW_BYTES * partitions.size();
            }
        }
        for (History.Rebalance rebalance : group.rebalances()) {
            bytes[0] += ROW_BYTES + rebalance.causes().length();
        }
        return bytes[0];
    }

    private static DescribedGroup group(GroupSnapshot group, PartitionTable table, long nowMs) {
        Map<String, Map<Integer, MemberPartitions>> owners = owners(group);
        Set<String> names = new TreeSet<>(group.offsets().keySet());
        names.addAll(owners.keySet());
        List<DescribedTopic> topics = new ArrayList<>(names.size());
        for (String name : names) {
            topics.add(
                    topic(
                            table.topic(name),
                            name,
                            group.offsets().getOrDefault(name, new TopicOffsets()),
                            owners.getOrDefault(name, Map.of()),
                            nowMs));
        }
        List<DescribedRebalance> rebalances = new ArrayList<>(group.rebalances().size());
        for (History.Rebalance rebalance : group.rebalances()) {
            rebalances.add(
                    new DescribedRebalance(
                            rebalance.wallMs(), rebalance.generation(), rebalance.causes()));
        }
        return new DescribedGroup(
                ErrorCode.NONE.code(),
                group.id(),
                group.state(),
                group.type(),
                group.protocolType(),
                topics,
                rebalances);
    }

    private static Map<String, Map<Integer, MemberPartitions>> owners(GroupSnapshot group) {
        Map<String, Map<Integer, MemberPartitions>> owners = new TreeMap<>();
        for (MemberPartitions member : group.members()) {
            member.partitions()
                    .forEach((topic, partitions) -> {
                        Map<Integer, MemberPartitions> its =
                                owners.computeIfAbsent(topic, _ -> new TreeMap<>());
                        partitions.forEach(partition -> its.put(partition, member));
                    });
        }
        return owners;
    }

    private static DescribedTopic topic(
            @Nullable HostedTopic topic,
            String name,
            TopicOffsets offsets,
            Map<Integer, MemberPartitions> owners,
            long nowMs) {
        Map<Integer, DescribedPartition> rows = new TreeMap<>();
        offsets.each((index, offset) -> {
            Lag lag = lag(topic, index, offset, nowMs);
            rows.put(index, partition(index, offset, lag, owners.get(index)));
        });
        owners.forEach((index, owner) -> {
            if (!rows.containsKey(index)) {
                Lag lag = lag(topic, index, null, nowMs);
                rows.put(index, partition(index, null, lag, owner));
            }
        });
        Uuid id = topic == null ? Uuid.ZERO : topic.id();
        return new DescribedTopic(name, id, List.copyOf(rows.values()));
    }

    /// An offset in a topic that was deleted says nothing of one of the same name.
    private static Lag lag(
            @Nullable HostedTopic topic, int index, @Nullable CommittedOffset offset, long nowMs) {
        boolean known = offset != null && (topic == null || offset.isOf(topic.id()));
        return Lag.of(
                topic == null ? null : topic.partition(index),
                offset != null && known ? offset.offset() : Lag.UNKNOWN,
                nowMs);
    }

    private static DescribedPartition partition(
            int index,
            @Nullable CommittedOffset offset,
            Lag lag,
            @Nullable MemberPartitions owner) {
        return new DescribedPartition(
                index,
                offset == null ? Lag.UNKNOWN : offset.offset(),
                offset == null ? CommittedOffset.UNKNOWN : offset.leaderEpoch(),
                offset == null ? "" : offset.metadata(),
                offset == null ? Lag.UNKNOWN : offset.commitMs(),
                lag.startOffset(),
                lag.highWatermark(),
                lag.lastStableOffset(),
                lag.endOffset(),
                lag.records(),
                lag.stableRecords(),
                lag.bytes(),
                lag.ageMs(),
                owner == null ? "" : owner.memberId(),
                owner == null ? "" : owner.clientId(),
                owner == null ? "" : owner.clientHost());
    }
}
