package io.octavo.broker.net;

import io.octavo.broker.api.ClientSoftware;
import io.octavo.broker.api.Later;
import io.octavo.broker.api.Reply;
import io.octavo.broker.api.RequestContext;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.wire.Escaped;
import org.jspecify.annotations.Nullable;

/// A request that was handled, and its reply. Belongs to the connection's event loop, and where
/// others may write the reply ([DirectReplies]), what does not change any more is read by them.
final class Exchange implements RequestContext {
    private final Connection connection;
    private final Frame frame;
    private final Api<?, ?> api;
    private final int apiVersion;
    private final int correlationId;
    private final @Nullable String clientId;
    private long number = -1;
    private int names;
    private @Nullable Later<?> later;
    private Reply.@Nullable Settled<?> settled;

    Exchange(
            Connection connection,
            Frame frame,
            Api<?, ?> api,
            int apiVersion,
            int correlationId,
            @Nullable String clientId) {
        this.connection = connection;
        this.frame = frame;
        this.api = api;
        this.apiVersion = apiVersion;
        this.correlationId = correlationId;
        this.clientId = clientId;
    }

    Api<?, ?> api() {
        return api;
    }

    int apiKey() {
        return api.key();
    }

    int sizeBytes() {
        return frame.sizeBytes();
    }

    /// When the request was complete, by the monotonic clock.
    long receivedNanos() {
        return frame.nanos();
    }

    Connection connection() {
        return connection;
    }

    /// Its place among the connection's; negative before it is known.
    long number() {
        return number;
    }

    void number(long number) {
        this.number = number;
    }

    /// How many partitions it names, or what else it is about.
    int names() {
        return names;
    }

    void names(int count) {
        names = count;
    }

    /// Whether nobody reads the request's frame any more.
    boolean isReadWhole() {
        return frame.isReleased();
    }

    /// The reply, when it is known.
    Reply.@Nullable Settled<?> settled() {
        return settled;
    }

    /// Takes what the handler returned.
    void replied(Reply<?> reply) {
        switch (reply) {
            case Reply.Settled<?> known -> settle(known);
            case Later<?> parked -> {
                later = parked;
                parked.onSettled(known -> connection.settled(this, known));
            }
        }
    }

    void settle(Reply.Settled<?> reply) {
        settled = reply;
        frame.release();
    }

    /// The connection is gone: nobody waits for the reply any more. A parked request keeps its
    /// frame until it is settled: its records may be on their way to a file.
    void abandon() {
        if (later == null) {
            frame.release();
        } else {
            later.abandon();
        }
    }

    @Override
    public int apiVersion() {
        return apiVersion;
    }

    @Override
    public int correlationId() {
        return correlationId;
    }

    @Override
    public @Nullable String clientId() {
        return clientId;
    }

    @Override
    public ClientSoftware clientSoftware() {
        return connection.client().software();
    }

    @Override
    public void clientRunsOn(ClientSoftware software) {
        connection.client().runsOn(software);
    }

    @Override
    public long connectionId() {
        return connection.client().connectionId();
    }

    @Override
    public String listenerName() {
        return connection.client().listenerName();
    }

    @Override
    public String localHost() {
        return connection.client().localAddress().host();
    }

    @Override
    public int localPort() {
        return connection.client().localAddress().port();
    }

    @Override
    public String remoteHost() {
        return connection.client().remoteAddress().host();
    }

    @Override
    public int remotePort() {
        return connection.client().remoteAddress().port();
    }

    @Override
    public Loop loop() {
        return connection.loop();
    }

    @Override
    public void recordsDone() {
        if (connection.loop().inLoop()) {
            frame.release();
        } else {
            connection.loop().execute(frame::release);
        }
    }

    /// For a line in the log.
    @Override
    public String toString() {
        return api.name()
                + " v"
                + apiVersion
                + ", correlation id "
                + correlationId
                + ", client id "
                + Escaped.of(clientId);
    }
}
