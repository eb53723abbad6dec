package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.Api;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Splice;
import io.octavo.protocol.wire.Writer;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;

/// The other end of a connection, which does exactly what it is told. Every wait ends with a
/// failure after a while.
final class Peer implements AutoCloseable {
    private static final int WAIT_MS_MAX = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    Peer(InetAddress address, int port) throws IOException {
        socket = new Socket(address, port);
        socket.setSoTimeout(WAIT_MS_MAX);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static Peer of(Network network) throws IOException {
        return new Peer(InetAddress.getLoopbackAddress(), network.bound().getFirst().port());
    }

    /// The bytes of a request, with its length.
    static byte[] bytes(Api<?, ?> api, int version, int correlationId, Request request) {
        Writer writer = Writer.heap(1024);
        writer.int32(0);
        writer.int16((short) api.key());
        writer.int16((short) version);
        writer.int32(correlationId);
        writer.nullableString("peer", false);
        if (api.requestHeaderVersion(version) >= 2) {
            writer.unsignedVarint(0);
        }
        request.write(writer, version);
        writer.patchInt32(0, writer.sizeBytes() - 4);
        ByteBuffer all = ByteBuffer.allocate(writer.sizeBytes());
        ByteBuffer own = writer.bytes();
        int done = 0;
        for (Splice splice : writer.splices()) {
            all.put(own.slice(done, splice.position() - done));
            done = splice.position();
            all.put(((ByteRecords) splice.records()).buffer().duplicate());
        }
        all.put(own.slice(done, own.limit() - done));
        return all.array();
    }

    void send(Api<?, ?> api, int version, int correlationId, Request request) throws IOException {
        send(bytes(api, version, correlationId, request));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /// The next response, without its length.
    ByteBuffer receive() throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /// The correlation id of the next response.
    int receiveCorrelationId() throws IOException {
        return receive().getInt();
    }

    <R extends Response> R receive(Api<?, R> api, int version, int correlationId)
            throws IOException {
        ByteBuffer bytes = receive();
        Reader reader = new Reader(bytes);
        assertThat(reader.int32()).isEqualTo(correlationId);
        if (api.responseHeaderVersion(version) >= 1) {
            reader.skipTags();
        }
        return api.response().read(reader, version);
    }

    /// Whether something has come that is not received yet.
    boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    /// Sends no more, as a peer does first that closes.
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /// Goes away with an error for the other end, as a peer that was killed.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /// Whether the other end closes without another byte.
    boolean isClosedByNow() throws IOException {
        try {
            return in.read() < 0;
        } catch (EOFException | SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
