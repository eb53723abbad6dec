package io.octavo.log;

import static io.octavo.log.Broken.unless;

import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a log must be after a crash, and what it may be: the test's own account of it, which knows
/// nothing of files.
final class ExpectedLog {
    final String name;
    final Uuid topicId;

    /// Null where all records are kept.
    final @Nullable ExpectedCompaction compaction;

    /// Where the log ends for the process that writes it.
    ExpectedBatch head = ExpectedBatch.root();

    /// Where it ends at least after a kill: the same, except while it is cut.
    ExpectedBatch written = head;

    /// Where it ends at least after a power cut.
    ExpectedBatch durable = head;

    /// What is being appended: may be there already, as a whole.
    @Nullable ExpectedBatch inFlight;

    /// The start that was asked for.
    long start;

    /// Below it the log may not start after a kill, or after a power cut.
    long startWritten;

    long startDurable;

    private boolean cutting;

    /// Whether the power was cut and nobody has seen yet what is left.
    private boolean unseen;

    private int appends;

    /// All that were ever appended, by base offset.
    private final Map<Long, List<ExpectedBatch>> all = new HashMap<>();

    ExpectedLog(String name, Uuid topicId, @Nullable ExpectedCompaction compaction) {
        this.name = name;
        this.topicId = topicId;
        this.compaction = compaction;
    }

    /// A batch is about to be appended; the log has to stamp it as it is stamped here.
    void append(RecordBatch batch, int leaderEpoch) {
        ByteBuffer copy = ByteBuffer.allocate(batch.sizeBytes()).put(batch.bytes()).flip();
        RecordBatch stamped = new RecordBatch(copy);
        stamped.stamp(head.nextOffset, leaderEpoch);
        List<ExpectedBatch> there =
                all.computeIfAbsent(stamped.baseOffset(), _ -> new ArrayList<>());
        for (ExpectedBatch one : there) {
            if (one.previous == head && one.bytes.equals(copy)) {
                // It was lost, or refused, and is sent again.
                inFlight = one;
                return;
            }
        }
        inFlight = new ExpectedBatch(head, ++appends, stamped);
        there.add(inFlight);
    }

    void appended() {
        if (inFlight == null) {
            throw new IllegalStateException("nothing is being appended to " + name);
        }
        head = inFlight;
        written = head;
        inFlight = null;
    }

    void refused() {
        inFlight = null;
    }

    /// The log is about to be cut at an offset where a batch ends.
    void cut(long toOffset) {
        cutting = true;
        written = head.upTo(toOffset);
        if (durable.isFrom(written)) {
            durable = written;
        }
    }

    void isCut() {
        cutting = false;
        head = written;
    }

    /// Takes note of what the log says of itself. What it says to be durable is acknowledged by
    /// now.
    void observe(Log log) {
        ExpectedBatch end = cutting ? written : inFlight == null ? head : inFlight;
        ExpectedBatch now = end.upTo(log.durableEnd());
        if (now.isFrom(durable)) {
            durable = now;
        }
    }

    /// The power was cut: what is not durable may be gone, also for who is only killed from now on.
    void losePower() {
        unseen = true;
        startWritten = startDurable;
    }

    /// Goes on with what a crash left.
    void become(ExpectedBatch end, long startOffset) {
        head = end;
        written = end;
        inFlight = null;
        cutting = false;
        unseen = false;
        start = startOffset;
    }

    /// Of all that says what may be there.
    long fingerprint() {
        long h = (durable.number * 31L + written.number) * 31 + head.number;
        h = h * 31 + (inFlight == null ? 0 : inFlight.number);
        h = h * 31 + (unseen ? 1 : 0);
        h = h * 31 + (compaction == null ? 0 : compaction.fingerprint());
        return ((h * 31 + start) * 31 + startWritten) * 31 + startDurable;
    }

    /// Compares a log that was recovered.
    ///
    /// @param kept whether the page cache survived
    /// @return where it ends
    ExpectedBatch check(Log log, boolean kept) throws IOException {
        boolean killed = kept && !unseen;
        long from = log.startOffset();
        long startMin = killed ? startWritten : startDurable;
        unless(
                startMin <= from && from <= start,
                "L-13",
                "%s starts at %d, expected %d to %d",
                name,
                from,
                startMin,
                start);
        unless(from <= log.endOffset(), "L-13", "%s is [%d, %d)", name, from, log.endOffset());
        unless(
                log.damagedRanges().isEmpty(),
                "L-9",
                "%s is damaged: %s",
                name,
                log.damagedRanges());
        ExpectedBatch end =
                compaction == null
                        ? read(log, killed)
                        : compaction.check(log, endingAt(log.endOffset(), killed));
        unless(
                end.isFrom(killed ? written : durable),
                "L-5",
                "%s ends with %s, which is not behind %s",
                name,
                end,
                killed ? written : durable);
        if (killed) {
            ExpectedBatch last = inFlight == null ? head : inFlight;
            unless(last.isFrom(end), "L-4", "%s ends with %s, not %s", name, end, last);
        }
        unless(
                log.epochs().entries().equals(end.epochs(from)) || from == log.endOffset(),
                "L-2",
                "%s has epochs %s, expected %s",
                name,
                log.epochs().entries(),
                end.epochs(from));
        checkProducers(log, end);
        if (compaction == null) {
            checkLookups(log, end);
        }
        return end;
    }

    /// Reads the log from its start and compares each batch.
    ///
    /// @return the last
    private ExpectedBatch read(Log log, boolean killed) throws IOException {
        long offset = log.startOffset();
        ExpectedBatch last = null;
        while (offset < log.endOffset()) {
            ReadResult result = log.read(offset, Long.MAX_VALUE, Integer.MAX_VALUE, true);
            if (!(result instanceof LogSlice slice)) {
                throw new Broken("L-1", name + " has nothing at " + offset + ": " + result);
            }
            ByteBuffer bytes = slice.toBytes();
            slice.release();
            while (bytes.hasRemaining()) {
                last = match(last, bytes, offset);
                offset = last.nextOffset;
            }
        }
        unless(offset == log.endOffset(), "L-1", "%s ends at %d", name, log.endOffset());
        return last == null ? emptyAt(offset, killed) : last;
    }

    /// Reads a log in which a batch is damaged, and compares each of the others.
    ///
    /// @param from the batch's first offset
    /// @param to behind its last
    void checkAround(Log log, long from, long to) throws IOException {
        ExpectedBatch last = null;
        for (long offset = log.startOffset(); offset < log.endOffset(); ) {
            ReadResult result;
            try {
                result = log.read(offset, Long.MAX_VALUE, Integer.MAX_VALUE, true);
            } catch (DamagedLog damage) {
                boolean there = (from <= offset || compaction != null) && offset < to;
                unless(there, "L-9", "%s refuses %d: %s", name, offset, damage.getMessage());
                offset = to;
                last = null;
                continue;
            }
            if (compaction != null && result instanceof ReadResult.Empty) {
                return;
            }
            if (!(result instanceof LogSlice slice)) {
                throw new Broken("L-1", name + " has nothing at " + offset + ": " + result);
            }
            ByteBuffer bytes = slice.toBytes();
            slice.release();
            while (bytes.hasRemaining()) {
                last =
                        compaction == null
                                ? match(last, bytes, offset)
                                : compaction.match(bytes, appendedAt(bytes));
                offset = last.nextOffset;
            }
        }
    }

    /// The batch that the next bytes are, which are skipped.
    private ExpectedBatch match(@Nullable ExpectedBatch previous, ByteBuffer bytes, long offset) {
        for (ExpectedBatch one : appendedAt(bytes)) {
            int size = one.bytes.remaining();
            boolean follows =
                    previous == null
                            ? one.baseOffset <= offset && offset < one.nextOffset
                            : one.previous == previous;
            if (follows
                    && bytes.remaining() >= size
                    && bytes.slice(bytes.position(), size).equals(one.bytes)) {
                bytes.position(bytes.position() + size);
                return one;
            }
        }
        throw new Broken(
                "L-3",
                "%s has at %d, behind %s, what was not appended there"
                        .formatted(name, offset, previous));
    }

    /// All that were ever appended where the next bytes say they belong.
    private List<ExpectedBatch> appendedAt(ByteBuffer bytes) {
        return all.getOrDefault(bytes.getLong(bytes.position()), List.of());
    }

    /// Where a log ends that has no batches any more.
    private ExpectedBatch emptyAt(long offset, boolean killed) {
        List<ExpectedBatch> ends = endingAt(offset, killed);
        return ends.isEmpty() ? ExpectedBatch.root() : ends.getFirst();
    }

    /// The batches with which a log may end that ends at an offset.
    private List<ExpectedBatch> endingAt(long offset, boolean killed) {
        ExpectedBatch least = killed ? written : durable;
        List<ExpectedBatch> ends = new ArrayList<>();
        if (least.nextOffset == offset) {
            ends.add(least);
        }
        for (List<ExpectedBatch> some : all.values()) {
            for (ExpectedBatch one : some) {
                if (one.nextOffset == offset && one != least && one.isFrom(least)) {
                    ends.add(one);
                }
            }
        }
        return ends;
    }

    private void checkProducers(Log log, ExpectedBatch end) {
        // Compaction leaves the last batch of a producer only.
        boolean all = compaction == null;
        Map<Long, String> known = new HashMap<>();
        for (ProducerState state : log.producers().all()) {
            known.put(state.id, all ? state.toString() : ExpectedProducer.Known.last(state));
        }
        List<Map<Long, String>> possible = new ArrayList<>();
        for (Map<Long, ExpectedProducer.Known> one : end.producers(log.startOffset())) {
            Map<Long, String> texts = new HashMap<>();
            one.forEach((id, text) -> texts.put(id, all ? text.all() : text.last()));
            if (texts.equals(known)) {
                return;
            }
            possible.add(texts);
        }
        for (Long id : possible.getFirst().keySet()) {
            String state = known.remove(id);
            boolean right = false;
            for (Map<Long, String> one : possible) {
                right |= state == null ? !one.containsKey(id) : state.equals(one.get(id));
            }
            unless(
                    right,
                    "I-1",
                    "%s knows of producer %d: %s\nexpected: %s",
                    name,
                    id,
                    state,
                    possible.getFirst().get(id));
        }
        unless(known.isEmpty(), "I-1", "%s knows of %s, which never wrote", name, known);
    }

    /// Finds each batch by its offset, and the first one by time.
    private void checkLookups(Log log, ExpectedBatch end) throws IOException {
        long start = log.startOffset();
        TimestampedOffset first = null;
        long timestamp = end.batch.maxTimestamp() - 300;
        for (ExpectedBatch one : end.from(start)) {
            long offset = Math.max(one.batch.lastOffset(), start);
            ReadResult found = log.read(offset, Long.MAX_VALUE, one.bytes.remaining(), true);
            if (!(found instanceof LogSlice slice)) {
                throw new Broken("L-1", name + " does not find " + one + ": " + found);
            }
            boolean same = slice.toBytes().equals(one.bytes);
            slice.release();
            unless(same, "L-3", "%s gives another batch than %s", name, one);
            if (first == null && one.batch.maxTimestamp() >= timestamp) {
                long begin = Math.max(one.baseOffset, start);
                int epoch = one.batch.leaderEpoch();
                first = new TimestampedOffset(one.batch.maxTimestamp(), begin, epoch);
            }
        }
        TimestampedOffset answer = log.offsetForTimestamp(timestamp);
        boolean right = first == null ? answer == null : first.equals(answer);
        unless(right, "time", "%s has at %d %s, not %s", name, timestamp, answer, first);
    }
}
