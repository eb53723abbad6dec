package io.octavo.broker.net;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The requests of one connection that are not answered, and the rules of their order. Belongs to
/// the connection's event loop.
///
/// ```
///  oldest                                        newest
///  | handled, reply out or parked | received, waiting |  not read
///  answered from here ─>          handled from here ─>
/// ```
///
/// Only a Produce is handled while another request is unanswered, and only behind other Produces:
/// what a client was told, and what it asked before, it sees (as with Apache Kafka's muting of
/// connections).
final class RequestQueue {
    /// How many requests may be unanswered before the connection is not read; Kafka's clients send
    /// at most 5 at a time unless told otherwise.
    static final int REQUESTS_MAX = 64;

    /// While those that are not answered name more partitions, none is handled behind them: each
    /// partition has its part of an answer, which may be known long before that of the first.
    static final int NAMES_MAX = 10_000;

    /// The API whose requests may be handled behind each other.
    static final int PRODUCE = 0;

    private final ArrayDeque<Exchange> handled = new ArrayDeque<>(4);
    private final ArrayDeque<Frame> waiting = new ArrayDeque<>(4);
    private final long bytesMax;
    private long bytes;
    private long names;
    private long numbers;

    /// @param bytesMax how many bytes of requests may be unanswered before the connection is not
    ///   read
    RequestQueue(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// Whether nothing more is to be taken in.
    boolean full() {
        return handled.size() + waiting.size() >= REQUESTS_MAX || bytes >= bytesMax;
    }

    /// Takes a received request in.
    void add(Frame frame) {
        bytes += frame.sizeBytes();
        waiting.add(frame);
    }

    /// @return the next request if it may be handled now; it is then to be passed to [#handled]
    @Nullable Frame pollHandleable() {
        Frame next = waiting.peek();
        if (next == null) {
            return null;
        }
        Exchange before = handled.peekLast();
        if (before != null
                && (next.apiKey() != PRODUCE || before.apiKey() != PRODUCE || names >= NAMES_MAX)) {
            return null;
        }
        return waiting.poll();
    }

    /// Takes in what [#pollHandleable] returned, now that its place in the order is fixed.
    void handled(Exchange exchange) {
        exchange.number(numbers++);
        names += exchange.names();
        handled.add(exchange);
    }

    /// @return the number of the Produce that is to be answered next; negative where there is none,
    ///   where the reply to one is known already, and where others wait for it
    long awaitedNumber() {
        if (handled.isEmpty() || !waiting.isEmpty()) {
            return -1;
        }
        for (Exchange exchange : handled) {
            if (exchange.settled() != null || exchange.apiKey() != PRODUCE) {
                return -1;
            }
        }
        return handled.element().number();
    }

    /// @return the oldest request if its reply is known; it is answered then
    @Nullable Exchange pollAnswerable() {
        Exchange oldest = handled.peek();
        if (oldest == null || oldest.settled() == null) {
            return null;
        }
        left(oldest);
        return handled.poll();
    }

    /// The oldest request was answered by somebody else.
    void answered(Exchange exchange) {
        if (handled.poll() != exchange) {
            throw new IllegalStateException("answered out of its order: " + exchange);
        }
        left(exchange);
    }

    private void left(Exchange answered) {
        bytes -= answered.sizeBytes();
        names -= answered.names();
    }

    /// Whether some requests are received and not handled.
    boolean someWait() {
        return !waiting.isEmpty();
    }

    /// The request that is to be handled next; null where none is.
    @Nullable Frame next() {
        return waiting.peek();
    }

    /// The bytes of the requests that are received and not handled.
    long waitingBytes() {
        return waiting.stream().mapToLong(Frame::sizeBytes).sum();
    }

    /// Whether some requests are handled and not answered.
    boolean someUnanswered() {
        return !handled.isEmpty();
    }

    /// Tells the Produces that are not answered that nobody waits for their answers; they stay in
    /// their order, because what waits behind them is to be handled after them.
    ///
    /// @return false when what is not answered is no Produce: then it waits for something that may
    ///   never happen, and nothing behind it can be handled
    boolean abandonProduces() {
        for (Exchange exchange : handled) {
            if (exchange.apiKey() != PRODUCE) {
                return false;
            }
            if (exchange.settled() == null) {
                exchange.abandon();
            }
        }
        return true;
    }

    /// Has the requests that wait hold no more memory than they need: they may wait for long, and
    /// what one read brought may be little.
    void settle(FrameMemory memory) {
        for (Frame frame : waiting) {
            frame.settle(memory);
        }
    }

    /// Forgets the requests that wait.
    void dropWaiting() {
        for (Frame frame = waiting.poll(); frame != null; frame = waiting.poll()) {
            bytes -= frame.sizeBytes();
            frame.release();
        }
    }

    /// @return the oldest handled request, answerable or not; null when there is none
    @Nullable Exchange pollUnanswered() {
        return handled.poll();
    }
}
