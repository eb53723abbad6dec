package io.octavo.protocol.record;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// RFC 1952, by the JDK. Buffers have arrays.
final class GzipCodec {
    private static final int STREAM_BUFFER_BYTES = 8 << 10;

    private GzipCodec() {}

    static ByteBuffer compress(ByteBuffer plain, int level) {
        BoundedOutput out = new BoundedOutput(Integer.MAX_VALUE);
        try (OutputStream gzip = new Gzip(out, level)) {
            gzip.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toBuffer();
    }

    static ByteBuffer decompress(ByteBuffer packed, int bytesMax) {
        BoundedOutput out = new BoundedOutput(bytesMax);
        try (GZIPInputStream in =
                new GZIPInputStream(
                        new ByteArrayInputStream(
                                packed.array(),
                                packed.arrayOffset() + packed.position(),
                                packed.remaining()),
                        STREAM_BUFFER_BYTES)) {
            out.drain(in);
        } catch (IOException e) {
            throw new CorruptBatch("the batch is not gzip: " + e.getMessage());
        }
        return out.toBuffer();
    }

    private static final class Gzip extends GZIPOutputStream {
        Gzip(OutputStream out, int level) throws IOException {
            super(out, STREAM_BUFFER_BYTES);
            if (level != Compression.DEFAULT_LEVEL) {
                def.setLevel(level);
            }
        }
    }
}
