package io.octavo.system;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/// A bare connection that speaks with Apache's message classes: one request, then its answer,
/// nothing hidden.
public final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private int correlationId;
    private ApiKeys asked = ApiKeys.API_VERSIONS;
    private short askedVersion;

    /// @param address `host:port`
    public Wire(String address) {
        int colon = address.lastIndexOf(':');
        try {
            socket =
                    new Socket(
                            address.substring(0, colon),
                            Integer.parseInt(address.substring(colon + 1)));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends `request` in `version` and waits for its answer.
    public ApiMessage ask(ApiMessage request, int version) {
        send(request, version);
        return receive();
    }

    /// Sends `request` in `version`; what was sent before it was answered and read.
    public void send(ApiMessage request, int version) {
        asked = ApiKeys.forId(request.apiKey());
        askedVersion = (short) version;
        try {
            socket.getOutputStream().write(frame(request, askedVersion, ++correlationId));
        } catch (IOException e) {
            throw new UncheckedIOException(asked + " v" + version, e);
        }
    }

    /// Waits for the answer to what was sent.
    public ApiMessage receive() {
        try {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            ByteBufferAccessor bytes = new ByteBufferAccessor(ByteBuffer.wrap(frame));
            ResponseHeaderData header =
                    new ResponseHeaderData(bytes, asked.responseHeaderVersion(askedVersion));
            if (header.correlationId() != correlationId) {
                throw new AssertionError(
                        "answer " + header.correlationId() + " to request " + correlationId);
            }
            ApiMessage response = asked.messageType.newResponse();
            response.read(bytes, askedVersion);
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(asked + " v" + askedVersion, e);
        }
    }

    /// Whether an answer has begun to arrive.
    public boolean isAnswered() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The bytes of a request, its length before them.
    static byte[] frame(ApiMessage request, int requestVersion, int correlationId) {
        ApiKeys api = ApiKeys.forId(request.apiKey());
        short version = (short) requestVersion;
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(api.id)
                        .setRequestApiVersion(version)
                        .setCorrelationId(correlationId)
                        .setClientId("wire");
        ByteBuffer head =
                MessageUtil.toByteBufferAccessor(header, api.requestHeaderVersion(version))
                        .buffer();
        ByteBuffer body = MessageUtil.toByteBufferAccessor(request, version).buffer();
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + head.remaining() + body.remaining());
        frame.putInt(head.remaining() + body.remaining()).put(head).put(body);
        return frame.array();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
