package io.octavo.protocol.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyError;

/// Snappy as Kafka's clients frame it, and bare as librdkafka writes it. The library refuses a
/// block whose stated length its bytes could not make. Buffers have arrays.
///
/// ```
/// framed:  82 'S' 'N' 'A' 'P' 'P' 'Y' 00 | version i32 = 1 | compatible i32 = 1 | { length i32 | snappy block }*
/// bare:    one snappy block
/// ```
final class SnappyCodec {
    private static final long MAGIC = 0x82534e4150505900L;
    private static final int VERSION = 1;
    private static final int FRAME_HEADER_BYTES = 16;

    /// What snappy-java cuts its input into, and Kafka's clients with it.
    private static final int BLOCK_BYTES = 32 << 10;

    private SnappyCodec() {}

    static ByteBuffer compress(ByteBuffer plain) {
        BoundedOutput out = new BoundedOutput(Integer.MAX_VALUE);
        ByteBuffer.wrap(out.room(FRAME_HEADER_BYTES))
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(VERSION);
        out.advance(FRAME_HEADER_BYTES);
        int from = plain.arrayOffset() + plain.position();
        int end = from + plain.remaining();
        try {
            while (from < end) {
                int length = Math.min(BLOCK_BYTES, end - from);
                byte[] to = out.room(Integer.BYTES + Snappy.maxCompressedLength(length));
                int at = out.size();
                int packed = Snappy.compress(plain.array(), from, length, to, at + Integer.BYTES);
                ByteBuffer.wrap(to).putInt(at, packed);
                out.advance(Integer.BYTES + packed);
                from += length;
            }
        } catch (SnappyError absent) {
            throw new CodecUnavailable(Compression.SNAPPY, absent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toBuffer();
    }

    static ByteBuffer decompress(ByteBuffer packed, int bytesMax) {
        BoundedOutput out = new BoundedOutput(bytesMax);
        ByteBuffer in = packed.slice();
        if (in.remaining() < FRAME_HEADER_BYTES || in.getLong(0) != MAGIC) {
            block(in, in.remaining(), out);
            return out.toBuffer();
        }
        while (in.hasRemaining()) {
            if (in.remaining() >= FRAME_HEADER_BYTES && in.getLong(in.position()) == MAGIC) {
                in.position(in.position() + FRAME_HEADER_BYTES);
                continue;
            }
            int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new CorruptBatch(
                        "a snappy block of "
                                + length
                                + " bytes, where "
                                + in.remaining()
                                + " are left");
            }
            block(in, length, out);
        }
        return out.toBuffer();
    }

    private static void block(ByteBuffer in, int length, BoundedOutput out) {
        int from = in.arrayOffset() + in.position();
        try {
            int plain = Snappy.uncompressedLength(in.array(), from, length);
            byte[] to = out.room(plain);
            int written = Snappy.uncompress(in.array(), from, length, to, out.size());
            out.advance(written);
        } catch (SnappyError absent) {
            throw new CodecUnavailable(Compression.SNAPPY, absent);
        } catch (IOException e) {
            throw new CorruptBatch("the batch is not snappy: " + e.getMessage());
        }
        in.position(in.position() + length);
    }
}
