package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchCursorTest {
    private static final int WRONG_BYTES = 200 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir Path temp;

    @Test
    void aWrongLengthTakesNoMemory() throws IOException {
        ByteBuffer bytes = Batches.of(3).bytes();
        bytes.putInt(RecordBatch.LENGTH_AT, WRONG_BYTES - RecordBatch.LENGTH_PREFIX_BYTES);
        try (LogFile file = file(bytes, WRONG_BYTES + 1)) {
            BatchCursor cursor =
                    new BatchCursor(file, 0, 0, WRONG_BYTES + 1, BatchCursor.SCAN_BYTES);
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.sizeBytes()).isEqualTo(WRONG_BYTES);
            long before = THREADS.getCurrentThreadAllocatedBytes();

            assertThat(cursor.isRight()).isFalse();

            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
            assertThat(cursor.next()).isFalse();
            assertThatThrownBy(cursor::refuseDamage)
                    .isInstanceOf(DamagedLog.class)
                    .hasMessageContaining(
                            "a batch of " + WRONG_BYTES + " bytes whose CRC is wrong");
        }
    }

    @Test
    void aLargeBatchThatIsOneIsGivenWhole() throws IOException {
        RecordBatch large = Batches.of(3, 2 << 20, Batches.TIME);
        try (LogFile file = file(large.bytes(), large.sizeBytes())) {
            BatchCursor cursor =
                    new BatchCursor(file, 0, 0, large.sizeBytes(), BatchCursor.LOOKUP_BYTES);

            assertThat(cursor.next()).isTrue();
            assertThat(cursor.whole()).isNotNull();
            assertThat(cursor.isRight()).isTrue();
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.damage()).isNull();
        }
    }

    @Test
    void aFileThatEndsWithinABatchIsDamage() throws IOException {
        RecordBatch batch = Batches.of(3);
        int size = batch.sizeBytes();
        try (LogFile file = file(batch.bytes(), size - 1)) {
            BatchCursor cursor = new BatchCursor(file, 0, 0, size, BatchCursor.SCAN_BYTES);

            assertThat(cursor.next()).isTrue();
            assertThat(cursor.whole()).isNull();
            assertThat(cursor.damage()).contains("ends within a batch of " + size + " bytes");
        }
    }

    private LogFile file(ByteBuffer bytes, int size) throws IOException {
        Path path = temp.resolve("00000000000000000000.log");
        try (RandomAccessFile raw = new RandomAccessFile(path.toFile(), "rw")) {
            byte[] content = new byte[bytes.remaining()];
            bytes.get(bytes.position(), content);
            raw.write(content);
            raw.setLength(size);
        }
        return LogFiles.system().open(path, LogFiles.Mode.READ);
    }
}
