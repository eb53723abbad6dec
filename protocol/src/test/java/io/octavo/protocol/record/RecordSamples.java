package io.octavo.protocol.record;

import io.octavo.ports.Randomness;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records from a seed: absent, empty, small and large keys and values, headers of every kind,
/// times that go back.
final class RecordSamples {
    static final long BASE_TIMESTAMP = 1_700_000_000_000L;

    private RecordSamples() {}

    static List<LogRecord> of(Randomness random, int count, long baseOffset) {
        List<LogRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long timestamp = BASE_TIMESTAMP + random.nextInt(2_000_000) - 1_000_000;
            records.add(
                    new LogRecord(
                            baseOffset + i,
                            timestamp,
                            bytes(random),
                            bytes(random),
                            headers(random)));
        }
        return records;
    }

    static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static ByteBuffer build(RecordBatchBuilder builder, List<LogRecord> records) {
        for (LogRecord record : records) {
            builder.appendAt(
                    record.offset(),
                    record.timestamp(),
                    record.key(),
                    record.value(),
                    record.headers());
        }
        return builder.build();
    }

    private static List<Header> headers(Randomness random) {
        List<Header> headers = new ArrayList<>();
        int count = Math.max(random.nextInt(6) - 2, 0);
        for (int i = 0; i < count; i++) {
            headers.add(new Header("höhe-" + random.nextInt(100), bytes(random)));
        }
        return headers;
    }

    private static @Nullable ByteBuffer bytes(Randomness random) {
        int kind = random.nextInt(6);
        if (kind == 0) {
            return null;
        }
        int length = kind == 1 ? 0 : kind == 2 ? random.nextInt(5_000) : random.nextInt(100);
        byte[] bytes = new byte[length];
        boolean dense = random.nextInt(2) == 0;
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (dense ? random.nextInt(256) : 'a' + i % 3);
        }
        return ByteBuffer.wrap(bytes);
    }
}
