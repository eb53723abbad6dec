package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Whose a partition's directory is: Kafka's file `partition.metadata`.
///
/// ```
/// version: 0
/// topic_id: vYx2kTmdQ5y5_eZ7hM9d3A
/// ```
final class PartitionMetadata {
    static final String FILE = "partition.metadata";

    private static final String VERSION_LINE = "version: 0";
    private static final String ID_KEY = "topic_id: ";

    private PartitionMetadata() {}

    static void write(LogFiles files, Path directory, Uuid topicId) throws IOException {
        String text = VERSION_LINE + "\n" + ID_KEY + topicId;
        try (LogFile file = files.open(directory.resolve(FILE), LogFiles.Mode.CREATE)) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    /// The topic's id, or null when there is no such file or it says something else.
    static @Nullable Uuid read(LogFiles files, Path directory) throws IOException {
        ByteBuffer bytes = WholeFile.read(files, directory.resolve(FILE));
        if (bytes == null) {
            return null;
        }
        for (String line : StandardCharsets.UTF_8.decode(bytes).toString().lines().toList()) {
            if (line.startsWith(ID_KEY)) {
                try {
                    return Uuid.parse(line.substring(ID_KEY.length()).strip());
                } catch (IllegalArgumentException unreadable) {
                    return null;
                }
            }
        }
        return null;
    }
}
