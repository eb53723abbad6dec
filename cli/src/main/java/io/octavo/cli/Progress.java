package io.octavo.cli;

import io.octavo.ports.Clock;

/// Counts records on their way and, where somebody watches, shows the count in one line that is
/// written over. For one thread.
final class Progress {
    private static final long REDRAW_NANOS = 200_000_000;

    /// Looking at the clock for each record would cost more than the record.
    private static final int RECORDS_BETWEEN_LOOKS = 256;

    private static final String REWRITE = "\r\u001b[K";

    private final Streams streams;
    private final Clock clock;
    private final String verb;
    private final long startNanos;
    private long drawnNanos;
    private long records;
    private long bytes;

    /// @param verb what happens to the records, in the past tense
    Progress(Streams streams, Clock clock, String verb) {
        this.streams = streams;
        this.clock = clock;
        this.verb = verb;
        startNanos = clock.nanos();
        drawnNanos = startNanos;
    }

    /// What was done in all, for JSON.
    record Result(long records, long bytes, double seconds) {}

    void add(long moreRecords, long moreBytes) {
        records += moreRecords;
        bytes += moreBytes;
        if (streams.terminals().err() && records % RECORDS_BETWEEN_LOOKS == 0) {
            long now = clock.nanos();
            if (now - drawnNanos >= REDRAW_NANOS) {
                drawnNanos = now;
                streams.err().print(REWRITE + line());
                streams.err().flush();
            }
        }
    }

    /// Says how it ended.
    ///
    /// @param whereTo the end of the sentence
    void end(String whereTo) {
        streams.err().println((streams.terminals().err() ? REWRITE : "") + line() + whereTo);
    }

    Result result() {
        return new Result(records, bytes, seconds());
    }

    private String line() {
        double seconds = Math.max(seconds(), 1e-3);
        return "%s %s, %s, %s/s"
                .formatted(
                        verb,
                        Amount.of(records, "record"),
                        Amount.bytes(bytes),
                        Amount.bytes((long) (bytes / seconds)));
    }

    private double seconds() {
        return (clock.nanos() - startNanos) / 1e9;
    }
}
