package io.octavo.broker.api;

import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Rejection;
import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.message.ProduceRequest.TopicProduceData;
import io.octavo.protocol.message.ProduceResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One Produce request on its way: what became of each partition's batch, and the reply once all
/// are decided or time is up. Filled on the connection's loop; appends are decided on any thread.
///
/// The records lie in the frame until the reply, so a request whose time is up is answered only
/// when each append that has not begun is given up and each other is placed.
final class Production implements Append.Listener {
    /// How much longer than the client asked an append may queue behind others, or behind the
    /// opening of its log.
    private static final long QUEUE_GRACE_MS = 1_000;

    /// How soon to look again for appends that have not begun, or are being written.
    private static final long RECHECK_MS = 10;

    /// So much of a request is decoded on the loop at most.
    private static final int DECODED_HERE_BYTES_MAX = 256 << 10;

    private static final short ACKS_NONE = 0;
    private static final short ACKS_ALL = -1;

    private static final Rejection TIMED_OUT =
            new Rejection(ErrorCode.REQUEST_TIMED_OUT, ErrorCode.REQUEST_TIMED_OUT.message());

    private final ProduceRequest request;
    private final RequestContext context;
    private final Leaders leaders;

    /// For each partition of the request, in its order: the append, or else the refusal.
    private final @Nullable Append[] appends;

    private final @Nullable Rejection[] refusals;
    private int slots;
    private int decodedHereBytes;

    /// Appends that are not decided, and one more until the reply is made.
    private final AtomicInteger undecided = new AtomicInteger(1);

    private final Later<ProduceResponse> later = new Later<>();
    private Loop.@Nullable Timer timer;

    Production(ProduceRequest request, RequestContext context, Leaders leaders) {
        this.request = request;
        this.context = context;
        this.leaders = leaders;
        int partitions = 0;
        for (TopicProduceData topic : request.topicData()) {
            partitions += topic.partitionData().size();
        }
        appends = new Append[partitions];
        refusals = new Rejection[partitions];
    }

    ProduceRequest request() {
        return request;
    }

    RequestContext context() {
        return context;
    }

    /// Whether an append is decided only when it is below the high watermark.
    boolean all() {
        return request.acks() == ACKS_ALL;
    }

    /// Whether one more batch is decoded here, on the connection's loop, rather than on a worker.
    boolean decodesHere(int batchBytes) {
        boolean here = decodedHereBytes + batchBytes <= DECODED_HERE_BYTES_MAX;
        decodedHereBytes += here ? batchBytes : 0;
        return here;
    }

    /// How many partitions were refused or taken.
    int slots() {
        return slots;
    }

    /// The next partition is not appended to.
    void refuse(Rejection rejection) {
        refusals[slots++] = rejection;
    }

    /// The next partition is given this append as soon as this call returns.
    void take(Append append) {
        undecided.incrementAndGet();
        appends[slots++] = append;
    }

    /// What the handler returns, once every partition has had its turn.
    Reply<ProduceResponse> reply(Clock clock) {
        if (undecided.get() == 1) {
            return settled();
        }
        if (allReleased()) {
            context.recordsDone();
        }
        long timeoutMs = Math.max(0, request.timeoutMs());
        Deadline grace = Deadline.after(clock, timeoutMs + QUEUE_GRACE_MS);
        timer = context.loop().schedule(timeoutMs, () -> timeUp(clock, grace));
        decided();
        return later;
    }

    @Override
    public void decided(Append append) {
        decided();
    }

    private void decided() {
        if (undecided.decrementAndGet() > 0) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        later.settle(settled());
    }

    /// On the connection's loop: the time the client gave is over.
    private void timeUp(Clock clock, Deadline grace) {
        if (grace.passed(clock)) {
            for (Append append : appends) {
                if (append != null) {
                    append.abandon();
                }
            }
        }
        if (allReleased()) {
            later.settle(settled());
        } else {
            context.loop().schedule(RECHECK_MS, () -> timeUp(clock, grace));
        }
    }

    /// Whether nobody reads the frame any more.
    private boolean allReleased() {
        for (Append append : appends) {
            if (append != null && !append.released()) {
                return false;
            }
        }
        return true;
    }

    private Reply.Settled<ProduceResponse> settled() {
        @Nullable Rejection[] rejections = new Rejection[slots];
        for (int i = 0; i < slots; i++) {
            rejections[i] = rejection(i);
        }
        if (request.acks() != ACKS_NONE) {
            return new Reply.Now<>(
                    new ProduceAnswer(request, context, leaders).of(appends, rejections));
        }
        for (Rejection rejection : rejections) {
            if (rejection != null) {
                return new Reply.Close<>("acks=0, " + rejection);
            }
        }
        return new Reply.None<>();
    }

    private @Nullable Rejection rejection(int slot) {
        Append append = appends[slot];
        if (append == null) {
            return refusals[slot];
        }
        return append.decided() ? append.rejection() : TIMED_OUT;
    }
}
