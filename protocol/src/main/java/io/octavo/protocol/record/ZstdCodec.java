package io.octavo.protocol.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/// Zstandard frames (RFC 8878). Buffers have arrays.
///
/// Decompression goes straight into the output, in one call that needs no window of its own: a
/// stream would have to allocate the window that the frame's first bytes ask for, up to 128 MiB.
/// Where the output's size is not known, or not believed, too small an output is made four times
/// larger and filled again; that costs at most a third more.
final class ZstdCodec {
    private static final int OUTPUT_BYTES_FIRST = 64 << 10;
    private static final int RATIO_BELIEVED = 32;
    private static final int GROWTH = 4;

    private ZstdCodec() {}

    static ByteBuffer compress(ByteBuffer plain, int level) {
        byte[] packed = new byte[Math.toIntExact(Zstd.compressBound(plain.remaining()))];
        try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
            if (level != Compression.DEFAULT_LEVEL) {
                zstd.setLevel(level);
            }
            int from = plain.arrayOffset() + plain.position();
            int size =
                    zstd.compressByteArray(
                            packed, 0, packed.length, plain.array(), from, plain.remaining());
            return ByteBuffer.wrap(packed, 0, size).slice();
        }
    }

    static ByteBuffer decompress(ByteBuffer packed, int bytesMax) {
        int from = packed.arrayOffset() + packed.position();
        byte[] plain = new byte[firstOutputBytes(packed, bytesMax)];
        try (ZstdDecompressCtx zstd = new ZstdDecompressCtx()) {
            while (true) {
                try {
                    int size =
                            zstd.decompressByteArray(
                                    plain,
                                    0,
                                    plain.length,
                                    packed.array(),
                                    from,
                                    packed.remaining());
                    return ByteBuffer.wrap(plain, 0, size).slice();
                } catch (ZstdException e) {
                    if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
                        throw new CorruptBatch("the batch is not zstd: " + e.getMessage());
                    }
                    if (plain.length == bytesMax) {
                        throw new CorruptBatch(
                                "the batch decompresses to more than the "
                                        + bytesMax
                                        + " bytes allowed");
                    }
                    plain = new byte[(int) Math.min((long) plain.length * GROWTH, bytesMax)];
                }
            }
        }
    }

    private static int firstOutputBytes(ByteBuffer packed, int bytesMax) {
        int from = packed.arrayOffset() + packed.position();
        long believed = OUTPUT_BYTES_FIRST + (long) RATIO_BELIEVED * packed.remaining();
        long claimed = Zstd.getFrameContentSize(packed.array(), from, packed.remaining());
        if (claimed > bytesMax) {
            throw new CorruptBatch(
                    "the batch claims to decompress to "
                            + claimed
                            + " bytes; allowed are "
                            + bytesMax);
        }
        return (int) Math.min(bytesMax, claimed > 0 ? Math.min(claimed, believed) : believed);
    }
}
