package io.octavo.client;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.RequestHeader;
import io.octavo.protocol.message.ResponseHeader;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Splice;
import io.octavo.protocol.wire.Writer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A connection over a socket. Owned by its loop.
final class SocketConnection implements Connection, SelectorLoop.Ready {
    private static final int HEAD_BYTES = 512;

    /// Buffers that one gathering write takes; the JDK passes on no more than 16.
    private static final int GATHERED_MAX = 16;

    /// Frames that are taken from one connection before the others have their turn.
    private static final int FRAMES_PER_TURN_MAX = 64;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Endpoint endpoint;
    private final SelectorLoop loop;
    private final Clock clock;
    private final ConnectionConfig config;
    private final FrameReader frames;

    private Map<Integer, VersionRange> served = Map.of();
    private final ArrayDeque<Outgoing> outgoing = new ArrayDeque<>();
    private final ArrayDeque<Unanswered<?>> unanswered = new ArrayDeque<>();
    private int correlationNext;
    private boolean flushing;
    private Loop.@Nullable Timer watch;
    private @Nullable ClientException ended;

    /// @param key the connected channel's, on the loop's selector
    SocketConnection(
            SocketChannel channel,
            SelectionKey key,
            Endpoint endpoint,
            SelectorLoop loop,
            Clock clock,
            ConnectionConfig config) {
        this.channel = channel;
        this.key = key;
        this.endpoint = endpoint;
        this.loop = loop;
        this.clock = clock;
        this.config = config;
        frames = new FrameReader(config.frameBytesMax());
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean isOpen() {
        return ended == null;
    }

    /// What the negotiation found, by API key.
    void served(Map<Integer, VersionRange> ranges) {
        served = ranges;
    }

    @Override
    public int version(Api<?, ?> api, int versionMax) {
        VersionRange theirs = served.get(api.key());
        int version = theirs == null ? -1 : Math.min(theirs.max(), versionMax);
        if (theirs == null || version < theirs.min() || version < api.versions().min()) {
            String known = theirs == null ? "no version" : "versions " + theirs;
            throw new Refused(
                    api.name() + " at " + endpoint,
                    ErrorCode.UNSUPPORTED_VERSION,
                    "the broker serves %s, this client %s".formatted(known, api.versions()));
        }
        return version;
    }

    @Override
    public <Q extends Request, R extends Response> CompletableFuture<R> send(
            Api<Q, R> api, int version, Q request, int timeoutMs) {
        return send(
                api,
                version,
                request,
                timeoutMs,
                body -> api.response().read(new Reader(body), version));
    }

    /// @param read reads the answer's body, behind its header
    <Q extends Request, R extends Response> CompletableFuture<R> send(
            Api<Q, ?> api, int version, Q request, int timeoutMs, Function<ByteBuffer, R> read) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        if (ended != null) {
            answer.completeExceptionally(ended);
            return answer;
        }
        if (unanswered.size() == UNANSWERED_MAX) {
            throw new IllegalStateException(
                    UNANSWERED_MAX + " requests to " + endpoint + " are unanswered");
        }
        Deadline deadline = Deadline.after(clock, timeoutMs);
        unanswered.add(new Unanswered<>(correlationNext, api, version, deadline, read, answer));
        write(api, version, request, null);
        watch();
        return answer;
    }

    @Override
    public <Q extends Request> CompletableFuture<Void> sendUnanswered(
            Api<Q, ?> api, int version, Q request) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        if (ended == null) {
            write(api, version, request, written);
        } else {
            written.completeExceptionally(ended);
        }
        return written;
    }

    @Override
    public void close() {
        end(new Unreachable("the connection to " + endpoint + " was closed here"));
    }

    /// Called when the channel is readable or writable.
    @Override
    public void ready() {
        if (key.isValid() && key.isWritable()) {
            attempt(this::flush);
        }
        if (key.isValid() && key.isReadable()) {
            attempt(this::read);
        }
    }

    private void attempt(Step step) {
        if (ended != null) {
            return;
        }
        try {
            step.run();
        } catch (ClientException e) {
            end(e);
        } catch (EOFException e) {
            end(new Unreachable("the broker at " + endpoint + " closed the connection"));
        } catch (IOException e) {
            end(new Unreachable("the connection to " + endpoint + " failed: " + e.getMessage()));
        }
    }

    private void write(
            Api<?, ?> api,
            int version,
            Request request,
            @Nullable CompletableFuture<Void> written) {
        Writer out = Writer.heap(HEAD_BYTES);
        out.int32(0);
        new RequestHeader((short) api.key(), (short) version, correlationNext, config.clientId())
                .write(out, api.requestHeaderVersion(version));
        correlationNext++;
        request.write(out, version);
        out.patchInt32(0, out.sizeBytes() - Integer.BYTES);
        ByteBuffer bytes = out.bytes();
        int from = 0;
        for (Splice splice : out.splices()) {
            if (!(splice.records() instanceof ByteRecords(ByteBuffer records))) {
                throw new IllegalArgumentException("records of a request have to be in memory");
            }
            outgoing.add(new Outgoing(bytes.slice(from, splice.position() - from), null));
            outgoing.add(new Outgoing(records.slice(), null));
            from = splice.position();
        }
        outgoing.add(new Outgoing(bytes.slice(from, bytes.limit() - from), written));
        if (!flushing) {
            // Behind the tasks that are waiting, so that requests made together leave together.
            flushing = true;
            loop.execute(() -> {
                flushing = false;
                attempt(this::flush);
            });
        }
    }

    private void flush() throws IOException {
        ByteBuffer[] gathered = new ByteBuffer[GATHERED_MAX];
        boolean taken = true;
        while (taken && ended == null && !outgoing.isEmpty()) {
            int count = 0;
            for (Outgoing next : outgoing) {
                if (count == GATHERED_MAX) {
                    break;
                }
                gathered[count++] = next.bytes;
            }
            taken = channel.write(gathered, 0, count) > 0;
            while (!outgoing.isEmpty() && !outgoing.element().bytes.hasRemaining()) {
                CompletableFuture<Void> written = outgoing.remove().written;
                if (written != null) {
                    written.complete(null);
                }
            }
        }
        if (key.isValid()) {
            key.interestOps(
                    outgoing.isEmpty()
                            ? SelectionKey.OP_READ
                            : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    private void read() throws IOException {
        for (int i = 0; i < FRAMES_PER_TURN_MAX; i++) {
            ByteBuffer frame = frames.next(channel);
            if (frame == null) {
                return;
            }
            answered(frame);
            if (ended != null) {
                return;
            }
        }
        loop.execute(() -> attempt(this::read));
    }

    private void answered(ByteBuffer frame) {
        Unanswered<?> oldest = unanswered.peek();
        int correlation = frame.getInt(frame.position());
        if (oldest == null || oldest.correlation != correlation) {
            String next = oldest == null ? "none is open" : "next is " + oldest.correlation;
            throw new Unreadable(
                    "the broker at %s answers request %d; %s"
                            .formatted(endpoint, correlation, next));
        }
        unanswered.remove();
        try {
            ResponseHeader.read(
                    new Reader(frame), oldest.api.responseHeaderVersion(oldest.version));
            oldest.complete(frame);
        } catch (MalformedFrame e) {
            Unreadable unreadable =
                    new Unreadable(
                            "the broker at %s answers %s version %d with what is none: %s"
                                    .formatted(
                                            endpoint,
                                            oldest.api.name(),
                                            oldest.version,
                                            e.getMessage()));
            oldest.answer.completeExceptionally(unreadable);
            throw unreadable;
        }
    }

    /// Makes sure that the oldest request's deadline is watched; the later ones' come with it.
    private void watch() {
        Unanswered<?> oldest = unanswered.peek();
        if (watch == null && oldest != null && ended == null) {
            watch =
                    loop.schedule(
                            oldest.deadline.remainingMs(clock),
                            () -> {
                                watch = null;
                                expire();
                                watch();
                            });
        }
    }

    private void expire() {
        for (Unanswered<?> request : unanswered) {
            if (request.deadline.passed(clock)) {
                String name = request.api.name();
                end(
                        new TimedOut(
                                "the broker at %s did not answer %s in time"
                                        .formatted(endpoint, name)));
                return;
            }
        }
    }

    private void end(ClientException reason) {
        if (ended != null) {
            return;
        }
        ended = reason;
        if (watch != null) {
            watch.cancel();
        }
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed for us all the same.
        }
        for (Unanswered<?> request : unanswered) {
            request.answer.completeExceptionally(reason);
        }
        unanswered.clear();
        for (Outgoing part : outgoing) {
            if (part.written != null) {
                part.written.completeExceptionally(reason);
            }
        }
        outgoing.clear();
    }

    private interface Step {
        void run() throws IOException;
    }

    /// @param written completed when these bytes are the last of a request without an answer
    private record Outgoing(ByteBuffer bytes, @Nullable CompletableFuture<Void> written) {}

    private record Unanswered<R>(
            int correlation,
            Api<?, ?> api,
            int version,
            Deadline deadline,
            Function<ByteBuffer, R> read,
            CompletableFuture<R> answer) {
        void complete(ByteBuffer body) {
            answer.complete(read.apply(body));
        }
    }
}
