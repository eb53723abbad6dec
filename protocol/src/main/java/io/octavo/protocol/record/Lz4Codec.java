package io.octavo.protocol.record;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/// The LZ4 frame format with independent blocks of 64 KiB, as Kafka's clients write it. Only the
/// library's bounds-checked Java code is used, neither its native nor its `Unsafe` one:
/// CVE-2025-12183 was in those. Buffers have arrays.
final class Lz4Codec {
    /// The level that Kafka's settings call the default and that means the fast compressor.
    private static final int FAST_LEVEL = 9;

    private static final int UNKNOWN_SIZE = -1;
    private static final LZ4Factory CODEC = LZ4Factory.safeInstance();
    private static final XXHash32 HASH = XXHashFactory.safeInstance().hash32();

    private Lz4Codec() {}

    static ByteBuffer compress(ByteBuffer plain, int level) {
        boolean fast = level == Compression.DEFAULT_LEVEL || level == FAST_LEVEL;
        LZ4Compressor compressor = fast ? CODEC.fastCompressor() : CODEC.highCompressor(level);
        BoundedOutput out = new BoundedOutput(Integer.MAX_VALUE);
        try (LZ4FrameOutputStream lz4 =
                new LZ4FrameOutputStream(
                        out,
                        BLOCKSIZE.SIZE_64KB,
                        UNKNOWN_SIZE,
                        compressor,
                        HASH,
                        FLG.Bits.BLOCK_INDEPENDENCE)) {
            lz4.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toBuffer();
    }

    /// Reads the first frame, as Kafka's clients do: a frame costs buffers of up to 8 MiB, and a
    /// batch has one.
    static ByteBuffer decompress(ByteBuffer packed, int bytesMax) {
        BoundedOutput out = new BoundedOutput(bytesMax);
        ByteArrayInputStream in =
                new ByteArrayInputStream(
                        packed.array(),
                        packed.arrayOffset() + packed.position(),
                        packed.remaining());
        try (LZ4FrameInputStream lz4 =
                new LZ4FrameInputStream(in, CODEC.safeDecompressor(), HASH, true)) {
            out.drain(lz4);
        } catch (IOException | LZ4Exception e) {
            throw new CorruptBatch("the batch is not an lz4 frame: " + e.getMessage());
        } catch (RuntimeException e) {
            throw e instanceof CorruptBatch
                    ? e
                    : new CorruptBatch("the batch is not an lz4 frame: " + e);
        }
        return out.toBuffer();
    }
}
