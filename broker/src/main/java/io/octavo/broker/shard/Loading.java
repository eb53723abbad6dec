package io.octavo.broker.shard;

import io.octavo.log.Log;
import io.octavo.log.LogSlice;
import io.octavo.log.ReadResult;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Makes a state machine of a log's records: all of them, each as it was appended, or none (C-2).
/// Blocks for the disk.
final class Loading {
    private static final int READ_BYTES = 1 << 20;

    private final Log log;
    private final StateMachine machine;
    private final long endOffset;

    private Loading(Log log, StateMachine machine) {
        this.log = log;
        this.machine = machine;
        endOffset = log.endOffset();
    }

    /// @param machine new; not to be used if this throws
    /// @return where the log ended
    /// @throws IOException when the log cannot be read, or says what is not understood
    static long of(Log log, StateMachine machine) throws IOException {
        Loading loading = new Loading(log, machine);
        try {
            loading.run();
        } catch (RuntimeException wrong) {
            throw new IOException(log.name() + " is not understood: " + wrong, wrong);
        }
        return loading.endOffset;
    }

    private void run() throws IOException {
        long offset = log.startOffset();
        while (offset < endOffset) {
            offset = read(offset);
        }
        // One that was closed meanwhile has seemed to start where it ends.
        log.refuseClosed();
    }

    /// @return where to go on
    private long read(long offset) throws IOException {
        switch (log.read(offset, endOffset, READ_BYTES, true)) {
            case LogSlice slice -> {
                ByteBuffer bytes;
                try {
                    bytes = slice.toBytes();
                } finally {
                    slice.release();
                }
                return load(bytes, offset);
            }
            case ReadResult.Empty _ -> {
                // What compaction has left ends before.
                return endOffset;
            }
            case ReadResult.OutOfRange(long startOffset, long _) -> {
                if (startOffset <= offset) {
                    throw new IOException(log.name() + " has nothing at " + offset);
                }
                return startOffset;
            }
            case ReadResult.Closed _, ReadResult.Cold _ ->
                    throw new IOException(log.name() + " was closed");
        }
    }

    private long load(ByteBuffer bytes, long from) throws IOException {
        long next = from;
        @Nullable RecordBatch batch = RecordBatch.next(bytes);
        while (batch != null) {
            if (!isWhole(batch, next, next == from)) {
                throw log.damaged(next);
            }
            load(batch);
            next = batch.nextOffset();
            batch = RecordBatch.next(bytes);
        }
        if (next == from) {
            throw new IOException(log.name() + " has no whole batch at " + from);
        }
        return next;
    }

    /// Whether a batch is what was appended, and the next of the log; offsets may be missing.
    ///
    /// @param first it may begin before `expected`
    private boolean isWhole(RecordBatch batch, long expected, boolean first) {
        return batch.crcValid()
                && (first || batch.baseOffset() >= expected)
                && batch.lastOffset() >= expected
                && batch.nextOffset() <= endOffset;
    }

    private void load(RecordBatch batch) throws IOException {
        if (batch.isTransactional() || batch.isControl()) {
            throw new IOException(log.name() + " has a transaction at " + batch.baseOffset());
        }
        RecordCursor records = batch.cursor();
        while (records.next()) {
            ByteBuffer key = records.key();
            if (key == null) {
                throw new IOException(log.name() + " has no key at " + records.offset());
            }
            machine.load(key, records.value(), records.offset() < log.adoptedEnd());
        }
    }
}
