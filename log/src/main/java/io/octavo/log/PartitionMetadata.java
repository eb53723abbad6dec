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

    /// Writes the file, which may then be gone or empty after a power cut.
    static void write(LogFiles files, Path directory, Uuid topicId) throws IOException {
        byte[] text = (VERSION_LINE + "\n" + ID_KEY + topicId).getBytes(StandardCharsets.UTF_8);
        WholeFile.write(files, directory.resolve(FILE), ByteBuffer.wrap(text));
    }

    /// Makes the file survive a power cut once its directory is forced. Writes it anew when an
    /// earlier one has left it empty.
    static void force(LogFiles files, Path directory, Uuid topicId) throws IOException {
        if (read(files, directory) == null) {
            write(files, directory, topicId);
        }
        try (LogFile file = files.open(directory.resolve(FILE), LogFiles.Mode.WRITE)) {
            file.force();
        }
    }

    /// The topic's id; null when it is not known, because there is no such file or it is not whole.
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

    /// Whether a directory that the checkpoint does not know may be used for a topic: it is the
    /// topic's, or there is no record in it. One that does not say whose it is belongs to who asks
    /// for it by name: rather that than records that nobody finds any more.
    static boolean belongs(LogFiles files, Path directory, Uuid topicId) throws IOException {
        Uuid owner = read(files, directory);
        if (owner == null || owner.equals(topicId)) {
            return true;
        }
        for (String name : files.list(directory)) {
            if (name.endsWith(SegmentPaths.LOG)) {
                return false;
            }
        }
        return true;
    }
}
