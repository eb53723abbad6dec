package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.api.Handler;
import io.octavo.broker.api.Later;
import io.octavo.broker.api.Reply;
import io.octavo.broker.api.RequestContext;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/// A handler that does what a test says, and remembers what it was asked.
final class Calls<Q extends Request, R extends Response> implements Handler<Q, R> {
    private static final long WAIT_MS_MAX = 20_000;

    private final Api<Q, R> api;
    private final BlockingQueue<Call<Q, R>> calls = new LinkedBlockingQueue<>();
    private volatile BiFunction<Q, RequestContext, Reply<R>> action;

    Calls(Api<Q, R> api, BiFunction<Q, RequestContext, Reply<R>> action) {
        this.api = api;
        this.action = action;
    }

    /// Parks every request.
    static <Q extends Request, R extends Response> Calls<Q, R> parking(Api<Q, R> api) {
        return new Calls<>(api, (request, context) -> new Later<>());
    }

    void from(BiFunction<Q, RequestContext, Reply<R>> now) {
        action = now;
    }

    /// The next request, once there is one.
    Call<Q, R> next() throws InterruptedException {
        Call<Q, R> call = calls.poll(WAIT_MS_MAX, TimeUnit.MILLISECONDS);
        assertThat(call).as("a %s request", api.name()).isNotNull();
        return Objects.requireNonNull(call);
    }

    int waiting() {
        return calls.size();
    }

    @Override
    public Api<Q, R> api() {
        return api;
    }

    @Override
    public Reply<R> handle(Q request, RequestContext context) {
        Reply<R> reply = action.apply(request, context);
        calls.add(new Call<>(request, context, reply));
        return reply;
    }

    record Call<Q extends Request, R extends Response>(
            Q request, RequestContext context, Reply<R> reply) {
        /// The parked reply.
        Later<R> later() {
            return (Later<R>) reply;
        }
    }
}
