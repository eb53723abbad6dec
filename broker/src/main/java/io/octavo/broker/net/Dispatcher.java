package io.octavo.broker.net;

import io.octavo.broker.api.ApiTable;
import io.octavo.broker.api.Handler;
import io.octavo.broker.api.Reply;
import io.octavo.broker.api.RequestCaps;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;

/// Decodes a request and gives it to its handler. Immutable.
///
/// ```
/// api key int16 | version int16 | correlation id int32 | client id string? | tagged fields, if flexible | body
/// ```
final class Dispatcher {
    /// The API whose unknown versions are answered (KIP-511): a client's first request is in the
    /// newest version it knows.
    private static final int API_VERSIONS = 18;

    /// The API whose requests keep slices of the frame they came in.
    private static final int PRODUCE = 0;

    private final ApiTable table;

    Dispatcher(ApiTable table) {
        this.table = table;
    }

    ApiTable table() {
        return table;
    }

    /// Has the request handled. Whatever the handler throws is thrown.
    ///
    /// @throws MalformedFrame when the bytes are not a request that is served; the connection is to
    ///   be closed then, as Apache Kafka does
    Exchange dispatch(Connection connection, Frame frame) {
        Reader in = new Reader(frame.bytes());
        int key = in.int16();
        int version = in.int16();
        int correlationId = in.int32();
        Handler<?, ?> handler = table.handler(key);
        if (handler == null) {
            throw new MalformedFrame("API " + key + ", which is not served");
        }
        if (table.serves(key, version)) {
            String clientId = in.nullableString(false);
            if (handler.api().requestHeaderVersion(version) >= 2) {
                in.skipTags();
            }
            Exchange exchange =
                    new Exchange(
                            connection, frame, handler.api(), version, correlationId, clientId);
            connection.loop().counts().request(table.slot(key));
            handle(handler, in, exchange);
            return exchange;
        }
        if (key == API_VERSIONS && version > handler.served().max()) {
            return unknownApiVersions(connection, frame, handler.api(), correlationId);
        }
        throw new MalformedFrame(
                handler.api().name()
                        + " v"
                        + version
                        + ", of which "
                        + handler.served()
                        + " are served");
    }

    private <Q extends Request, R extends Response> void handle(
            Handler<Q, R> handler, Reader in, Exchange exchange) {
        Q request = handler.api().request().read(in, exchange.apiVersion());
        exchange.names(RequestCaps.check(request));
        if (exchange.apiKey() != PRODUCE) {
            exchange.recordsDone();
        }
        Reply<R> reply;
        try {
            reply = handler.handle(request, exchange);
        } catch (MalformedFrame e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalStateException(exchange + " failed", e);
        }
        exchange.replied(reply);
    }

    private Exchange unknownApiVersions(
            Connection connection, Frame frame, Api<?, ?> api, int correlationId) {
        Exchange exchange = new Exchange(connection, frame, api, 0, correlationId, null);
        connection.loop().counts().request(table.slot(API_VERSIONS));
        exchange.replied(new Reply.Now<>(table.apiVersionsUnknown()));
        return exchange;
    }
}
