package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What readers get of a log, for tests.
final class Served {
    private static final int ALL = Integer.MAX_VALUE;

    private Served() {}

    static ByteBuffer read(Log log, long offset) throws IOException {
        LogSlice slice = (LogSlice) log.read(offset, ALL, ALL, true);
        try {
            return slice.toBytes();
        } finally {
            slice.release();
        }
    }

    /// The base offsets of the batches that a reader gets who goes around what is damaged.
    static List<Long> offsets(Log log) throws IOException {
        List<Long> offsets = new ArrayList<>();
        long at = log.startOffset();
        while (at < log.endOffset()) {
            try {
                for (RecordBatch batch : Batches.in(read(log, at))) {
                    assertThat(batch.crcValid()).isTrue();
                    assertThat(batch.lastOffset()).isGreaterThanOrEqualTo(at);
                    offsets.add(batch.baseOffset());
                    at = batch.nextOffset();
                }
            } catch (DamagedLog damaged) {
                long from = at;
                at =
                        log.damagedRanges().stream()
                                .filter(range -> range.from() <= from && from < range.to())
                                .findFirst()
                                .orElseThrow()
                                .to();
            }
        }
        return offsets;
    }
}
