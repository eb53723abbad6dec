package io.octavo.protocol.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The codecs of a batch; the low three bits of its attributes. Each codec's library is loaded when
/// it is first used.
///
/// Decompression is bounded by its output: [#outputBytesMax(int)] is the limit for bytes from a
/// peer.
public enum Compression {
    NONE(0, "none"),
    GZIP(1, "gzip"),
    SNAPPY(2, "snappy"),
    LZ4(3, "lz4"),
    ZSTD(4, "zstd");

    /// The level that stands for the codec's own default.
    public static final int DEFAULT_LEVEL = Integer.MIN_VALUE;

    /// More than this never comes out of one batch, whoever sent it.
    public static final int OUTPUT_BYTES_MAX = 64 << 20;

    /// Up to this an output is no bomb, whatever its ratio: sixteen times the default
    /// `max.message.bytes`.
    private static final int OUTPUT_BYTES_HARMLESS = 16 << 20;

    /// Beyond what is harmless, more output per input byte than this is taken for a bomb.
    private static final int RATIO_MAX = 1_000;

    private static final Compression[] BY_ID = values();

    private final int id;
    private final String text;

    Compression(int id, String text) {
        this.id = id;
        this.text = text;
    }

    /// The number in the attributes.
    public int id() {
        return id;
    }

    /// The name in settings and on command lines.
    public String text() {
        return text;
    }

    /// The codec of that number, or null when there is none.
    public static @Nullable Compression of(int id) {
        return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    }

    /// The codec of that name in a setting, or null when there is none.
    public static @Nullable Compression of(String text) {
        for (Compression compression : BY_ID) {
            if (compression.text.equals(text)) {
                return compression;
            }
        }
        return null;
    }

    /// The most that `inputBytes` from a peer may decompress to.
    public static int outputBytesMax(int inputBytes) {
        long byRatio = Math.max(OUTPUT_BYTES_HARMLESS, (long) inputBytes * RATIO_MAX);
        return (int) Math.min(OUTPUT_BYTES_MAX, byRatio);
    }

    /// Compresses what is between position and limit.
    ///
    /// @param plain not moved
    /// @param level the codec's own scale, or [#DEFAULT_LEVEL]
    /// @return a heap buffer of its own; `plain` itself, sliced, for [#NONE]
    /// @throws CodecUnavailable when the codec's library cannot be loaded
    public ByteBuffer compress(ByteBuffer plain, int level) {
        try {
            return switch (this) {
                case NONE -> plain.slice();
                case GZIP -> GzipCodec.compress(onHeap(plain), level);
                case SNAPPY -> SnappyCodec.compress(onHeap(plain));
                case LZ4 -> Lz4Codec.compress(onHeap(plain), level);
                case ZSTD -> ZstdCodec.compress(onHeap(plain), level);
            };
        } catch (LinkageError absent) {
            throw new CodecUnavailable(this, absent);
        }
    }

    /// Decompresses what is between position and limit.
    ///
    /// @param packed not moved
    /// @return a heap buffer of its own with at most `outputBytesMax` bytes; `packed` itself,
    ///   sliced, for [#NONE]
    /// @throws CorruptBatch when the bytes are not of this codec or hold more than `outputBytesMax`
    /// @throws CodecUnavailable when the codec's library cannot be loaded
    public ByteBuffer decompress(ByteBuffer packed, int outputBytesMax) {
        try {
            return switch (this) {
                case NONE -> packed.slice();
                case GZIP -> GzipCodec.decompress(onHeap(packed), outputBytesMax);
                case SNAPPY -> SnappyCodec.decompress(onHeap(packed), outputBytesMax);
                case LZ4 -> Lz4Codec.decompress(onHeap(packed), outputBytesMax);
                case ZSTD -> ZstdCodec.decompress(onHeap(packed), outputBytesMax);
            };
        } catch (LinkageError absent) {
            throw new CodecUnavailable(this, absent);
        }
    }

    /// The codecs' libraries want arrays; what is in direct memory is copied once.
    private static ByteBuffer onHeap(ByteBuffer buffer) {
        if (buffer.hasArray()) {
            return buffer;
        }
        return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
    }
}
