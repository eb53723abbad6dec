package io.octavo.broker.cluster.local;

import io.octavo.log.DamagedLog;
import io.octavo.log.Log;
import io.octavo.log.LogSlice;
import io.octavo.log.ReadResult;
import io.octavo.ports.Clock;
import io.octavo.protocol.message.StoreChange;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.CorruptBatch;
import io.octavo.protocol.record.LogRecord;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Writer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// The journal as a log of ours: one batch for each group of changes, one record for each change. A
/// record's value is the schema's version in two bytes and the message.
final class LogJournal implements Journal {
    private static final short VERSION = 0;
    private static final int READ_BYTES = 1024 * 1024;
    private static final int LEADER_EPOCH = 0;

    private final Log log;
    private final Clock clock;
    private final Writer writer = Writer.heap(4096);
    private long snapshotOffset;
    private long bytesBefore;

    LogJournal(Log log, Clock clock) {
        this.log = log;
        this.clock = clock;
        snapshotOffset = log.startOffset();
    }

    @Override
    public void replay(Replay into) throws IOException {
        long offset = log.startOffset();
        try {
            while (offset < log.endOffset()) {
                offset = replay(read(offset), offset, into);
            }
        } catch (CorruptBatch | MalformedFrame e) {
            throw new DamagedLog(log.name() + " is damaged at " + offset + ": " + e.getMessage());
        }
    }

    /// @return the offset after the last record of `bytes`
    private long replay(ByteBuffer bytes, long from, Replay into) throws IOException {
        long offset = from;
        for (RecordBatch batch = RecordBatch.next(bytes);
                batch != null;
                batch = RecordBatch.next(bytes)) {
            if (batch.baseOffset() != offset || !batch.crcValid()) {
                throw new CorruptBatch("no valid batch of this offset, but " + batch);
            }
            for (LogRecord record : batch.records()) {
                into.record(record.offset(), record.offset() == log.startOffset(), decode(record));
            }
            offset = batch.nextOffset();
        }
        if (offset == from) {
            throw new CorruptBatch("no whole batch");
        }
        return offset;
    }

    private ByteBuffer read(long offset) throws IOException {
        ReadResult result = log.read(offset, log.endOffset(), READ_BYTES, true);
        if (!(result instanceof LogSlice slice)) {
            throw new CorruptBatch("it ends there, before " + log.endOffset());
        }
        try {
            return slice.toBytes();
        } finally {
            slice.release();
        }
    }

    private static StoreChange decode(LogRecord record) {
        ByteBuffer value = record.value();
        if (value == null) {
            throw new CorruptBatch("the record " + record.offset() + " is empty");
        }
        Reader in = Reader.ofOwn(value);
        short version = in.int16();
        return StoreChange.read(in, version);
    }

    @Override
    public void append(List<StoreChange> records) throws IOException {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
        long now = clock.wallMs();
        for (StoreChange record : records) {
            writer.reset();
            writer.int16(VERSION);
            record.write(writer, VERSION);
            builder.append(now, null, writer.bytes(), List.of());
        }
        log.append(new RecordBatch(builder.build()), LEADER_EPOCH);
    }

    @Override
    public void force() throws IOException {
        log.force();
    }

    @Override
    public long sizeBytes() {
        return log.sizeBytes() - bytesBefore;
    }

    @Override
    public void snapshotBegins() throws IOException {
        log.roll();
        snapshotOffset = log.endOffset();
        bytesBefore = log.sizeBytes();
    }

    @Override
    public void snapshotEnds() {
        log.advanceStart(snapshotOffset);
    }
}
