package io.octavo.client;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.ApiVersionsRequest;
import io.octavo.protocol.message.ApiVersionsResponse;
import io.octavo.protocol.message.ApiVersionsResponse.ApiVersion;
import io.octavo.protocol.message.RequestHeader;
import io.octavo.protocol.message.ResponseHeader;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Writer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A server on a port of the system's choice that plays one script for each connection, one after
/// the other, on a thread of its own.
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Thread thread;
    private volatile @Nullable Socket current;

    ScriptedServer(Script script) {
        try {
            socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(() -> serve(script), "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    Endpoint endpoint() {
        return new Endpoint(socket.getInetAddress().getHostAddress(), socket.getLocalPort());
    }

    @Override
    public void close() {
        try {
            socket.close();
            Socket open = current;
            if (open != null) {
                open.close();
            }
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Script script) {
        while (!socket.isClosed()) {
            try (Socket accepted = socket.accept()) {
                current = accepted;
                script.play(new Peer(accepted));
            } catch (IOException e) {
                // The client went away, or the test is over.
            }
        }
    }

    /// What happens on a connection; it ends with the script.
    interface Script {
        void play(Peer peer) throws IOException;
    }

    /// A request as it came.
    record Received(RequestHeader header, ByteBuffer body) {
        <Q extends Request> Q as(Api<Q, ?> api) {
            return api.request().read(new Reader(body.duplicate()), header.requestApiVersion());
        }
    }

    /// The client, seen from the server.
    static final class Peer {
        private final DataInputStream in;
        private final OutputStream out;

        Peer(Socket socket) throws IOException {
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        Received receive(Api<?, ?> api) throws IOException {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            int version = bytes.getShort(Short.BYTES);
            RequestHeader header =
                    RequestHeader.read(new Reader(bytes), api.requestHeaderVersion(version));
            return new Received(header, bytes.slice());
        }

        /// Waits until the client ends the connection.
        void awaitEnd() throws IOException {
            while (in.read() >= 0) {
                // What it says does not matter.
            }
        }

        void answer(Received request, Api<?, ?> api, Response response) throws IOException {
            answer(
                    request.header().correlationId(),
                    api,
                    request.header().requestApiVersion(),
                    response);
        }

        void answer(int correlation, Api<?, ?> api, int version, Response response)
                throws IOException {
            Writer frame = Writer.heap(100);
            frame.int32(0);
            new ResponseHeader(correlation).write(frame, api.responseHeaderVersion(version));
            response.write(frame, version);
            frame.patchInt32(0, frame.sizeBytes() - Integer.BYTES);
            raw(frame.bytes());
        }

        void raw(ByteBuffer bytes) throws IOException {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            out.write(copy);
            out.flush();
        }

        /// Answers the ApiVersions request that opens a connection: all of these APIs in all
        /// versions.
        void negotiate(Api<?, ?>... apis) throws IOException {
            Received request = receive(ApiVersionsRequest.API);
            List<ApiVersion> served = new ArrayList<>();
            for (Api<?, ?> api : apis) {
                served.add(
                        new ApiVersion(
                                (short) api.key(),
                                (short) api.versions().min(),
                                (short) api.versions().max()));
            }
            answer(
                    request,
                    ApiVersionsRequest.API,
                    ApiVersionsResponse.defaults().withApiKeys(served));
        }
    }
}
