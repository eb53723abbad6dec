package io.octavo.client;

import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.ApiVersionsResponse;
import io.octavo.protocol.message.ApiVersionsResponse.ApiVersion;
import io.octavo.protocol.wire.Reader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Connects over TCP: looks the name up off the loop, tries each of its addresses, then asks for
/// the served versions.
public final class SocketConnector implements Connector {
    private static final String SOFTWARE_NAME = "octavo";

    /// ApiVersions has been served from here by every broker since 0.10.
    private static final int NEGOTIATION_VERSION_MIN = 0;

    private final SelectorLoop loop;
    private final Executor names;
    private final Clock clock;
    private final ConnectionConfig config;

    /// @param names where host names are looked up, which may take long
    public SocketConnector(
            SelectorLoop loop, Executor names, Clock clock, ConnectionConfig config) {
        this.loop = loop;
        this.names = names;
        this.clock = clock;
        this.config = config;
    }

    @Override
    public CompletableFuture<Connection> connect(Endpoint endpoint) {
        Attempt attempt = new Attempt(endpoint);
        attempt.timeout = loop.schedule(config.connectTimeoutMs(), attempt::timedOut);
        names.execute(() -> {
            try {
                InetAddress[] found = InetAddress.getAllByName(endpoint.host());
                loop.execute(() -> attempt.tryAll(found));
            } catch (UnknownHostException e) {
                loop.execute(() -> attempt.fail("there is no host named " + endpoint.host()));
            }
        });
        return attempt.result;
    }

    /// One connection on its way. Owned by the loop.
    private final class Attempt implements SelectorLoop.Ready {
        final Endpoint endpoint;
        final CompletableFuture<Connection> result = new CompletableFuture<>();
        Loop.@Nullable Timer timeout;
        private InetAddress[] addresses = new InetAddress[0];
        private int tried;
        private @Nullable SocketChannel channel;
        private @Nullable SelectionKey key;
        private @Nullable SocketConnection negotiating;

        Attempt(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        void tryAll(InetAddress[] found) {
            addresses = found;
            tryNext();
        }

        private void tryNext() {
            if (result.isDone()) {
                return;
            }
            try {
                SocketChannel opened = SocketChannel.open();
                channel = opened;
                opened.configureBlocking(false);
                opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
                opened.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                key = opened.register(loop.selector(), SelectionKey.OP_CONNECT, this);
                if (opened.connect(new InetSocketAddress(addresses[tried++], endpoint.port()))) {
                    connected(opened, key);
                }
            } catch (IOException e) {
                refused(e);
            }
        }

        @Override
        public void ready() {
            SocketChannel connecting = channel;
            SelectionKey its = key;
            if (connecting == null || its == null || result.isDone()) {
                return;
            }
            try {
                if (connecting.finishConnect()) {
                    connected(connecting, its);
                }
            } catch (IOException e) {
                refused(e);
            }
        }

        private void refused(IOException e) {
            abandon();
            if (tried < addresses.length) {
                tryNext();
            } else {
                fail("cannot connect to " + endpoint + ": " + e.getMessage());
            }
        }

        private void connected(SocketChannel connected, SelectionKey its) {
            SocketConnection connection =
                    new SocketConnection(connected, its, endpoint, loop, clock, config);
            negotiating = connection;
            its.attach(connection);
            its.interestOps(SelectionKey.OP_READ);
            negotiate(connection, ApiVersionsRequest.API.versions().max());
        }

        /// A broker that does not know our version answers in version 0, with its own range
        /// (KIP-511).
        private void negotiate(SocketConnection connection, int version) {
            ApiVersionsRequest request = new ApiVersionsRequest(SOFTWARE_NAME, softwareVersion());
            CompletableFuture<ApiVersionsResponse> answer =
                    connection.send(
                            ApiVersionsRequest.API,
                            version,
                            request,
                            config.connectTimeoutMs(),
                            body -> readVersions(body, version));
            Completion.on(
                    answer,
                    found -> negotiated(connection, version, found),
                    failure -> fail(String.valueOf(failure.getMessage())));
        }

        private void negotiated(
                SocketConnection connection, int version, ApiVersionsResponse answer) {
            Map<Integer, VersionRange> served = new HashMap<>();
            for (ApiVersion api : answer.apiKeys()) {
                if (api.minVersion() >= 0 && api.maxVersion() >= api.minVersion()) {
                    served.put(
                            (int) api.apiKey(),
                            new VersionRange(api.minVersion(), api.maxVersion()));
                }
            }
            ErrorCode error = ErrorCode.of(answer.errorCode());
            if (error == ErrorCode.UNSUPPORTED_VERSION && version > NEGOTIATION_VERSION_MIN) {
                VersionRange theirs = served.get(ApiVersionsRequest.API.key());
                int other = theirs == null ? NEGOTIATION_VERSION_MIN : theirs.max();
                negotiate(connection, Math.min(other, version - 1));
            } else if (error != ErrorCode.NONE) {
                fail("the broker at " + endpoint + " refuses to say what it serves: " + error);
            } else if (!result.isDone()) {
                connection.served(served);
                negotiating = null;
                cancelTimeout();
                result.complete(connection);
            }
        }

        void timedOut() {
            fail(
                    (negotiating == null ? "cannot connect to " : "nothing answers at ")
                            + endpoint
                            + " within "
                            + config.connectTimeoutMs()
                            + " ms");
        }

        void fail(String message) {
            if (result.isDone()) {
                return;
            }
            result.completeExceptionally(new Unreachable(message));
            cancelTimeout();
            abandon();
            if (negotiating != null) {
                negotiating.close();
            }
        }

        private void cancelTimeout() {
            if (timeout != null) {
                timeout.cancel();
            }
        }

        private void abandon() {
            try {
                if (channel != null && negotiating == null) {
                    channel.close();
                }
            } catch (IOException e) {
                // It never was a connection.
            }
        }
    }

    private static ApiVersionsResponse readVersions(ByteBuffer body, int version) {
        boolean unsupported =
                body.remaining() >= Short.BYTES
                        && body.getShort(body.position()) == ErrorCode.UNSUPPORTED_VERSION.code();
        return ApiVersionsResponse.read(new Reader(body), unsupported ? 0 : version);
    }

    private static String softwareVersion() {
        String version = SocketConnector.class.getPackage().getImplementationVersion();
        return version == null ? "0" : version;
    }
}
