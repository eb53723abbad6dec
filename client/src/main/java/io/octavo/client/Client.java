package io.octavo.client;

import io.octavo.client.Admin.Broker;
import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import io.octavo.ports.Loop;
import io.octavo.ports.SystemLoop;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.MetadataRequest.MetadataRequestTopic;
import io.octavo.protocol.message.MetadataResponse;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A cluster as its clients see it: finds the brokers from the bootstrap addresses, keeps one
/// connection to each that is needed, and knows who leads what. Producers, consumers and admins
/// share one; all its work is done by one loop thread. Safe for any thread.
///
/// Inside the package: except where a method says otherwise, everything is called, and every future
/// completed, on [#loop()], which owns all state.
public final class Client implements AutoCloseable {
    private static final String CLOSED = "the client is closed";
    private static final int BACKOFF_MS_MAX = 1_000;
    private static final long CLOSE_WAIT_MS = 5_000;

    private final ClientConfig config;
    private final Clock clock;
    private final Loop loop;
    private final Connector connector;
    private final Runnable stop;

    private final Map<Endpoint, CompletableFuture<Connection>> connections = new HashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private boolean askedToCreate;
    private @Nullable CompletableFuture<ClusterMap> refreshNext;
    private @Nullable CompletableFuture<ClusterMap> refreshing;

    /// Operations that wait for their next try.
    private final Set<Operation<?>> waiting = new LinkedHashSet<>();

    private volatile boolean closed;

    /// Whether any broker ever answered. Until then, trying again only hides a wrong address.
    private boolean reached;

    private volatile ClusterMap map = ClusterMap.EMPTY;

    /// @param stop ends the loop
    Client(ClientConfig config, Clock clock, Loop loop, Connector connector, Runnable stop) {
        this.config = config;
        this.clock = clock;
        this.loop = loop;
        this.connector = connector;
        this.stop = stop;
    }

    /// Starts the loop; connects when first needed.
    public static Client open(ClientConfig config) {
        Clock clock = Clock.system();
        SelectorLoop loop = new SelectorLoop("octavo-client", clock, Completion::report);
        SystemLoop names = new SystemLoop("octavo-client-names", Completion::report);
        ConnectionConfig connections =
                new ConnectionConfig(
                        config.clientId(), config.connectTimeoutMs(), config.frameBytesMax());
        Connector connector = new SocketConnector(loop, names, clock, connections);
        return new Client(
                config,
                clock,
                loop,
                connector,
                () -> {
                    names.close();
                    loop.close();
                });
    }

    /// Ends all connections; what waits for an answer fails. Producers and consumers on it should
    /// be closed before.
    @Override
    public void close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            closed = true;
            Unreachable reason = new Unreachable(CLOSED);
            waiting.forEach(operation -> operation.result.completeExceptionally(reason));
            connections.values().forEach(c -> Completion.on(c, Connection::close, e -> {}));
            done.complete(null);
        });
        var unused = done.completeOnTimeout(null, CLOSE_WAIT_MS, TimeUnit.MILLISECONDS);
        Completion.await(done);
        stop.run();
    }

    ClientConfig config() {
        return config;
    }

    Clock clock() {
        return clock;
    }

    Loop loop() {
        return loop;
    }

    /// What is known of the cluster. From any thread.
    ClusterMap map() {
        return map;
    }

    /// A connection to some broker: one that is open, else the first that answers of the known ones
    /// and the bootstrap addresses.
    CompletableFuture<Connection> anyBroker() {
        for (CompletableFuture<Connection> known : connections.values()) {
            if (isUsable(known) && known.isDone()) {
                return known;
            }
        }
        Set<Endpoint> candidates = new LinkedHashSet<>(config.bootstrap());
        map.brokers().values().forEach(broker -> candidates.add(broker.endpoint()));
        CompletableFuture<Connection> result = new CompletableFuture<>();
        firstThatAnswers(new ArrayList<>(candidates), 0, result);
        return result;
    }

    /// A connection to a broker of the map.
    CompletableFuture<Connection> broker(int id) {
        Broker broker = map.brokers().get(id);
        if (broker == null) {
            return CompletableFuture.failedFuture(
                    new Refused(
                            "broker " + id,
                            ErrorCode.BROKER_NOT_AVAILABLE,
                            "is not in the cluster"));
        }
        CompletableFuture<Connection> result = new CompletableFuture<>();
        Completion.on(
                connection(broker.endpoint()),
                result::complete,
                failure -> result.completeExceptionally(explained(broker, failure)));
        return result;
    }

    /// A connection that nobody shares, and that whoever asked for it has to close.
    CompletableFuture<Connection> connect(Endpoint endpoint) {
        return closed
                ? CompletableFuture.failedFuture(new Unreachable(CLOSED))
                : connector.connect(endpoint);
    }

    /// Asks about these topics; questions that come while one is on its way go together afterwards.
    ///
    /// @param create whether the broker may create them, if its settings let it
    CompletableFuture<ClusterMap> refresh(Set<String> topics, boolean create) {
        asked.addAll(topics);
        askedToCreate |= create;
        if (refreshNext == null) {
            refreshNext = new CompletableFuture<>();
        }
        CompletableFuture<ClusterMap> result = refreshNext;
        if (refreshing == null) {
            startRefresh();
        }
        return result;
    }

    /// Repeats an operation until it succeeds, fails for good, or the time for operations is over.
    /// From any thread.
    <T> CompletableFuture<T> retried(Supplier<CompletableFuture<T>> operation) {
        if (closed) {
            return CompletableFuture.failedFuture(new Unreachable(CLOSED));
        }
        Operation<T> begun = new Operation<>(operation);
        loop.execute(begun::run);
        return begun.result;
    }

    /// Asks some broker, until it answers well or the time for operations is over. From any thread.
    ///
    /// @param read takes what is wanted from the answer, and throws a [Refused] when it is an error
    <Q extends Request, R extends Response, T> CompletableFuture<T> ask(
            Api<Q, R> api, Q request, Function<R, T> read) {
        return retried(() ->
                anyBroker().thenCompose(broker -> send(broker, api, request)).thenApply(read));
    }

    /// Sends a request in the newest version, with the usual time limit.
    <Q extends Request, R extends Response> CompletableFuture<R> send(
            Connection broker, Api<Q, R> api, Q request) {
        return broker.send(api, broker.version(api), request, config.requestTimeoutMs());
    }

    /// Whether trying again may help.
    boolean isRetriable(ClientException failure) {
        return switch (failure) {
            case Refused refused ->
                    refused.code().retriable() || refused.code() == ErrorCode.BROKER_NOT_AVAILABLE;
            case TimedOut timedOut -> true;
            case Unreachable unreachable -> reached;
            case Unreadable unreadable -> false;
        };
    }

    /// The wait before the try after one that waited `ms`.
    static int backoffAfter(int ms) {
        return Math.min(2 * ms, BACKOFF_MS_MAX);
    }

    private void firstThatAnswers(
            List<Endpoint> candidates, int index, CompletableFuture<Connection> result) {
        Completion.on(
                connection(candidates.get(index)),
                result::complete,
                failure -> {
                    if (index + 1 < candidates.size()) {
                        firstThatAnswers(candidates, index + 1, result);
                    } else {
                        result.completeExceptionally(failure);
                    }
                });
    }

    private CompletableFuture<Connection> connection(Endpoint endpoint) {
        CompletableFuture<Connection> known = connections.get(endpoint);
        if (known != null && isUsable(known)) {
            return known;
        }
        if (closed) {
            return CompletableFuture.failedFuture(new Unreachable(CLOSED));
        }
        CompletableFuture<Connection> made = connector.connect(endpoint);
        connections.put(endpoint, made);
        Completion.on(made, connection -> reached = true, failure -> {});
        return made;
    }

    private static boolean isUsable(CompletableFuture<Connection> connection) {
        return !connection.isDone()
                || (!connection.isCompletedExceptionally() && connection.join().isOpen());
    }

    private void startRefresh() {
        CompletableFuture<ClusterMap> result = refreshNext;
        if (result == null) {
            return;
        }
        refreshNext = null;
        refreshing = result;
        List<MetadataRequestTopic> topics = new ArrayList<>();
        asked.forEach(name -> topics.add(new MetadataRequestTopic(Uuid.ZERO, name)));
        MetadataRequest request =
                MetadataRequest.defaults()
                        .withTopics(topics)
                        .withAllowAutoTopicCreation(askedToCreate);
        asked.clear();
        askedToCreate = false;
        CompletableFuture<MetadataResponse> answer =
                anyBroker().thenCompose(broker -> send(broker, MetadataRequest.API, request));
        Completion.on(
                answer,
                found -> {
                    map = map.with(found);
                    refreshing = null;
                    result.complete(map);
                    startRefresh();
                },
                failure -> {
                    refreshing = null;
                    result.completeExceptionally(failure);
                    startRefresh();
                });
    }

    /// Says what a newcomer cannot know: which address was tried, and who named it.
    private ClientException explained(Broker broker, ClientException failure) {
        if (!(failure instanceof Unreachable) || config.bootstrap().contains(broker.endpoint())) {
            return failure;
        }
        return new Unreachable(
                """
                the cluster answers at %s and says that its broker %d is at %s, but %s. The broker's \
                setting advertised.listeners has to name an address that this machine can reach\
                """
                        .formatted(
                                config.bootstrap(),
                                broker.id(),
                                broker.endpoint(),
                                failure.getMessage()));
    }

    /// Something that is tried until it succeeds, fails for good, or its time is over.
    private final class Operation<T> {
        final CompletableFuture<T> result = new CompletableFuture<>();
        private final Supplier<CompletableFuture<T>> attempt;
        private final Deadline deadline = Deadline.after(clock, config.apiTimeoutMs());
        private int backoffMs = config.retryBackoffMs();

        Operation(Supplier<CompletableFuture<T>> attempt) {
            this.attempt = attempt;
        }

        void run() {
            waiting.remove(this);
            try {
                Completion.on(attempt.get(), result::complete, this::failed);
            } catch (ClientException e) {
                failed(e);
            }
        }

        private void failed(ClientException failure) {
            boolean late = deadline.remainingMs(clock) <= backoffMs;
            if (late || closed || !isRetriable(failure)) {
                result.completeExceptionally(failure);
                return;
            }
            waiting.add(this);
            loop.schedule(backoffMs, this::run);
            backoffMs = backoffAfter(backoffMs);
        }
    }
}
