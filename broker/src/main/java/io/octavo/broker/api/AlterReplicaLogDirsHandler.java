package io.octavo.broker.api;

import io.octavo.broker.replica.PartitionTable;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.AlterReplicaLogDirsRequest;
import io.octavo.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDir;
import io.octavo.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic;
import io.octavo.protocol.message.AlterReplicaLogDirsResponse;
import io.octavo.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult;
import io.octavo.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// AlterReplicaLogDirs (KIP-113): moves partitions to other data directories of this broker. The
/// answer says that a move has begun; DescribeLogDirs shows how far it is.
public final class AlterReplicaLogDirsHandler
        implements Handler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse> {
    private final PartitionTable partitions;

    public AlterReplicaLogDirsHandler(PartitionTable partitions) {
        this.partitions = partitions;
    }

    @Override
    public Api<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse> api() {
        return AlterReplicaLogDirsRequest.API;
    }

    @Override
    public Reply<AlterReplicaLogDirsResponse> handle(
            AlterReplicaLogDirsRequest request, RequestContext context) {
        Map<String, List<AlterReplicaLogDirPartitionResult>> results = new LinkedHashMap<>();
        for (AlterReplicaLogDir directory : request.dirs()) {
            for (AlterReplicaLogDirTopic topic : directory.topics()) {
                List<AlterReplicaLogDirPartitionResult> moved =
                        results.computeIfAbsent(topic.name(), _ -> new ArrayList<>());
                for (int index : topic.partitions()) {
                    ErrorCode error = move(topic.name(), index, directory.path());
                    moved.add(new AlterReplicaLogDirPartitionResult(index, error.code()));
                }
            }
        }
        List<AlterReplicaLogDirTopicResult> topics = new ArrayList<>();
        results.forEach(
                (name, moved) -> topics.add(new AlterReplicaLogDirTopicResult(name, moved)));
        return new Reply.Now<>(new AlterReplicaLogDirsResponse(0, topics));
    }

    private ErrorCode move(String topic, int index, String path) {
        try {
            return partitions.move(topic, index, Path.of(path).normalize());
        } catch (InvalidPathException nowhere) {
            return ErrorCode.LOG_DIR_NOT_FOUND;
        }
    }
}
