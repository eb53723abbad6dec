package io.octavo.log;

import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data directories that one broker has used together, in the order of its configuration: the
/// file `directories.octavo` in each of them, a [SealedFile]. By this a disk that is not mounted is
/// not taken for an empty one.
///
/// ```
/// magic i32 = "OCTN" | version i16 = 1 | crc u32
/// | count i32 { id 2 x i64 | pathLength i16 | path UTF-8 }
/// ```
///
/// A file that is not exactly this is as good as absent.
///
/// @param all the first one holds the topics; empty where nothing is known
public record Companions(List<Companion> all) {
    /// Its name.
    public static final String FILE = "directories.octavo";

    private static final Logger LOG = LoggerFactory.getLogger(Companions.class);

    private static final int MAGIC = 0x4F43544E;
    private static final short VERSION = 1;

    public Companions {
        all = List.copyOf(all);
    }

    /// @param id written there when it was first used
    /// @param path absolute
    public record Companion(Uuid id, String path) {}

    /// The first one; null where nothing is known.
    public @Nullable Companion first() {
        return all.isEmpty() ? null : all.getFirst();
    }

    /// The one that was at a path; null when there was none.
    public @Nullable Companion at(Path path) {
        String wanted = name(path);
        return all.stream().filter(one -> one.path.equals(wanted)).findFirst().orElse(null);
    }

    /// How a path is written.
    public static String name(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    static Companions read(LogFiles files, Path root) {
        List<Companion> all = new ArrayList<>();
        try {
            ByteBuffer bytes = SealedFile.read(files, root.resolve(FILE), MAGIC, VERSION);
            for (int left = bytes == null ? 0 : bytes.getInt(); bytes != null && left > 0; left--) {
                Uuid id = new Uuid(bytes.getLong(), bytes.getLong());
                all.add(new Companion(id, SealedFile.text(bytes)));
            }
        } catch (IOException | BufferUnderflowException unreadable) {
            LOG.warn("{} cannot be read", root.resolve(FILE), unreadable);
            all.clear();
        }
        return new Companions(all);
    }

    void write(LogFiles files, Path root) throws IOException {
        int size = Integer.BYTES;
        for (Companion one : all) {
            size += 2 * Long.BYTES + SealedFile.textBytes(one.path);
        }
        ByteBuffer bytes = SealedFile.begin(MAGIC, VERSION, size).putInt(all.size());
        for (Companion one : all) {
            bytes.putLong(one.id.most()).putLong(one.id.least());
            SealedFile.putText(bytes, one.path);
        }
        SealedFile.replace(files, root.resolve(FILE), bytes);
    }
}
