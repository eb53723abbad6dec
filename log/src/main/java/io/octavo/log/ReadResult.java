package io.octavo.log;

/// What a read of a log comes to.
public sealed interface ReadResult
        permits LogSlice,
                ReadResult.Empty,
                ReadResult.OutOfRange,
                ReadResult.Closed,
                ReadResult.Cold {
    /// Nothing to give: the offset is at the end or at the bound, or the first batch is larger than
    /// asked for.
    record Empty() implements ReadResult {
        static final Empty EMPTY = new Empty();
    }

    /// Finding it means waiting for the disk ([Log#readCached]).
    record Cold() implements ReadResult {
        static final Cold COLD = new Cold();
    }

    /// The offset is not in the log.
    ///
    /// @param startOffset the first offset there is
    /// @param endOffset the offset after the last
    record OutOfRange(long startOffset, long endOffset) implements ReadResult {}

    /// The log was closed or deleted: there may be such an offset, but not here.
    record Closed() implements ReadResult {
        static final Closed CLOSED = new Closed();
    }
}
