package io.octavo.client;

import io.octavo.client.Admin.TopicDescription;
import io.octavo.ports.Clock;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.FindCoordinatorRequest;
import io.octavo.protocol.message.FindCoordinatorResponse;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.MetadataRequest.MetadataRequestTopic;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Uuid;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The way to the coordinator of one group: finds it, and finds it again when it has moved. It has
/// a connection of its own, because a JoinGroup may be held for minutes, and everything behind it.
///
/// Everything is called, and calls back, on the client's loop.
public final class Coordinator {
    /// From this version on FindCoordinator takes several groups.
    private static final int FIND_ONE_UNTIL = 3;

    private static final byte GROUP = 0;

    private final Client client;
    private final String group;
    private @Nullable CompletableFuture<Connection> connection;

    public Coordinator(Client client, String group) {
        this.client = client;
        this.group = group;
    }

    public Clock clock() {
        return client.clock();
    }

    public Loop loop() {
        return client.loop();
    }

    public ClientConfig config() {
        return client.config();
    }

    /// Sends a request and tells what came of it.
    ///
    /// @param versions that will do; a broker that serves none of them is an UNSUPPORTED_VERSION
    public <Q extends Request, R extends Response> void ask(
            Api<Q, R> api,
            VersionRange versions,
            Q request,
            int timeoutMs,
            Consumer<R> answered,
            Consumer<ClientException> failed) {
        CompletableFuture<Connection> used = connection();
        CompletableFuture<R> answer =
                used.thenCompose(to -> {
                    int version = to.version(api, versions.max());
                    if (version < versions.min()) {
                        throw new Refused(
                                api.name() + " at " + to.endpoint(),
                                ErrorCode.UNSUPPORTED_VERSION,
                                "the broker serves no version of " + versions);
                    }
                    return to.send(api, version, request, timeoutMs);
                });
        Completion.on(
                answer,
                answered,
                failure -> {
                    if (!(failure instanceof Refused) && connection == used) {
                        drop();
                    }
                    failed.accept(failure);
                });
    }

    /// Some topics, or all; those that are not there are left out.
    ///
    /// @param names null for all
    public void topics(
            @Nullable Collection<String> names,
            Consumer<List<TopicDescription>> answered,
            Consumer<ClientException> failed) {
        List<MetadataRequestTopic> asked =
                names == null
                        ? null
                        : names.stream()
                                .map(name -> new MetadataRequestTopic(Uuid.ZERO, name))
                                .toList();
        MetadataRequest request =
                MetadataRequest.defaults().withTopics(asked).withAllowAutoTopicCreation(false);
        Completion.on(
                client.anyBroker()
                        .thenCompose(to -> client.send(to, MetadataRequest.API, request))
                        .thenApply(answer -> Admin.described(ClusterMap.EMPTY.with(answer))),
                answered,
                failed);
    }

    /// Whether trying again may help.
    public boolean isRetriable(ClientException failure) {
        return client.isRetriable(failure);
    }

    /// Gives up the connection; whoever coordinates by now is found when something is asked. What
    /// waits for an answer fails.
    public void drop() {
        CompletableFuture<Connection> dropped = connection;
        connection = null;
        if (dropped != null) {
            Completion.on(dropped, Connection::close, failure -> {});
        }
    }

    /// Says where a group's coordinator is. On the client's loop.
    static CompletableFuture<FindCoordinatorResponse> find(Client client, String group) {
        FindCoordinatorRequest request =
                FindCoordinatorRequest.defaults().withKey(group).withKeyType(GROUP);
        return client.anyBroker()
                .thenCompose(broker ->
                        broker.send(
                                FindCoordinatorRequest.API,
                                broker.version(FindCoordinatorRequest.API, FIND_ONE_UNTIL),
                                request,
                                client.config().requestTimeoutMs()))
                .thenApply(answer -> {
                    Refused.check("group " + group, answer.errorCode(), answer.errorMessage());
                    return answer;
                });
    }

    private CompletableFuture<Connection> connection() {
        CompletableFuture<Connection> known = connection;
        if (known != null
                && (!known.isDone()
                        || (!known.isCompletedExceptionally() && known.join().isOpen()))) {
            return known;
        }
        CompletableFuture<Connection> made =
                find(client, group)
                        .thenCompose(at -> client.connect(new Endpoint(at.host(), at.port())));
        connection = made;
        return made;
    }
}
