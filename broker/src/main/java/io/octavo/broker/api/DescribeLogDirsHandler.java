package io.octavo.broker.api;

import io.octavo.broker.replica.FutureLog;
import io.octavo.broker.replica.HostedTopic;
import io.octavo.broker.replica.Partition;
import io.octavo.broker.replica.PartitionTable;
import io.octavo.log.DataDirectory;
import io.octavo.log.DiskSpace;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeLogDirsRequest;
import io.octavo.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import io.octavo.protocol.message.DescribeLogDirsResponse;
import io.octavo.protocol.message.DescribeLogDirsResponse.DescribeLogDirsPartition;
import io.octavo.protocol.message.DescribeLogDirsResponse.DescribeLogDirsResult;
import io.octavo.protocol.message.DescribeLogDirsResponse.DescribeLogDirsTopic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// DescribeLogDirs (KIP-113, KIP-827): what is in each data directory of this broker, and the room
/// there is. Reads directories, on a worker.
public final class DescribeLogDirsHandler
        implements Handler<DescribeLogDirsRequest, DescribeLogDirsResponse> {
    /// How much less a log that is served has than its leader.
    private static final long LEADERS_LAG = 0;

    private static final Logger LOGGER = LoggerFactory.getLogger(DescribeLogDirsHandler.class);

    private final PartitionTable partitions;
    private final Executor worker;

    /// @param worker reads directories
    public DescribeLogDirsHandler(PartitionTable partitions, Executor worker) {
        this.partitions = partitions;
        this.worker = worker;
    }

    @Override
    public Api<DescribeLogDirsRequest, DescribeLogDirsResponse> api() {
        return DescribeLogDirsRequest.API;
    }

    @Override
    public Reply<DescribeLogDirsResponse> handle(
            DescribeLogDirsRequest request, RequestContext context) {
        Later<DescribeLogDirsResponse> later = new Later<>();
        try {
            worker.execute(() -> {
                try {
                    later.complete(answer(request));
                } catch (RuntimeException defect) {
                    later.settle(new Reply.Close<>("describing log dirs failed: " + defect));
                    throw defect;
                }
            });
        } catch (RejectedExecutionException stopping) {
            later.settle(new Reply.Close<>("the node is stopping"));
        }
        return later;
    }

    private DescribeLogDirsResponse answer(DescribeLogDirsRequest request) {
        Map<String, Set<Integer>> wanted = wanted(request);
        Map<DataDirectory, List<DescribeLogDirsTopic>> contents = new HashMap<>();
        for (HostedTopic topic : partitions.topics()) {
            Set<Integer> indexes = wanted == null ? null : wanted.get(topic.name());
            if (wanted == null || indexes != null) {
                add(topic, indexes, contents);
            }
        }
        List<DescribeLogDirsResult> results = new ArrayList<>();
        for (DataDirectory directory : partitions.directories()) {
            results.add(result(directory, contents.getOrDefault(directory, List.of())));
        }
        return DescribeLogDirsResponse.defaults().withResults(results);
    }

    /// The partitions asked for; null where that is all of them.
    private static @Nullable Map<String, Set<Integer>> wanted(DescribeLogDirsRequest request) {
        List<DescribableLogDirTopic> topics = request.topics();
        if (topics == null) {
            return null;
        }
        Map<String, Set<Integer>> wanted = new HashMap<>();
        for (DescribableLogDirTopic topic : topics) {
            wanted.computeIfAbsent(topic.topic(), _ -> new HashSet<>()).addAll(topic.partitions());
        }
        return wanted;
    }

    /// @param indexes of the partitions asked for; null for all
    private void add(
            HostedTopic topic,
            @Nullable Set<Integer> indexes,
            Map<DataDirectory, List<DescribeLogDirsTopic>> contents) {
        Map<DataDirectory, List<DescribeLogDirsPartition>> here = new HashMap<>();
        for (Partition partition : topic.held()) {
            if (indexes == null || indexes.contains(partition.index())) {
                here.computeIfAbsent(partition.directory(), _ -> new ArrayList<>())
                        .add(describe(partition));
                FutureLog future = partitions.future(partition);
                if (future != null) {
                    here.computeIfAbsent(future.directory(), _ -> new ArrayList<>())
                            .add(describe(partition, future));
                }
            }
        }
        here.forEach((directory, described) ->
                contents.computeIfAbsent(directory, _ -> new ArrayList<>())
                        .add(new DescribeLogDirsTopic(topic.name(), described)));
    }

    private static DescribeLogDirsPartition describe(Partition partition) {
        return new DescribeLogDirsPartition(
                partition.index(), sizeBytes(partition), LEADERS_LAG, false);
    }

    private static DescribeLogDirsPartition describe(Partition partition, FutureLog future) {
        return new DescribeLogDirsPartition(
                partition.index(), future.sizeBytes(), future.offsetLag(), true);
    }

    private static long sizeBytes(Partition partition) {
        try {
            return partition.directory().partitions().sizeBytes(partition.toString());
        } catch (IOException unreadable) {
            LOGGER.warn("the size of {} is not known", partition, unreadable);
            return 0;
        }
    }

    private DescribeLogDirsResult result(
            DataDirectory directory, List<DescribeLogDirsTopic> topics) {
        DescribeLogDirsResult described =
                DescribeLogDirsResult.defaults()
                        .withLogDir(directory.root().toAbsolutePath().normalize().toString())
                        .withIsCordoned(partitions.isCordoned(directory));
        try {
            if (directory.failure() != null) {
                return described.withErrorCode(ErrorCode.KAFKA_STORAGE_ERROR.code());
            }
            DiskSpace space = directory.space();
            return described
                    .withTopics(topics)
                    .withTotalBytes(space.totalBytes())
                    .withUsableBytes(space.usableBytes());
        } catch (IOException unreadable) {
            LOGGER.warn("the space in {} is not known", directory.root(), unreadable);
            return described.withErrorCode(ErrorCode.KAFKA_STORAGE_ERROR.code());
        }
    }
}
