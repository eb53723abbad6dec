package io.octavo.system.hostile;

import io.octavo.ports.Clock;
import io.octavo.ports.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;

/// Sends hostile frames over many connections at a time, one after the other is closed, and counts
/// those that the broker has judged: answered, or closed the connection for.
final class Attack implements AutoCloseable {
    private static final int CONNECTIONS = 32;
    private static final int FRAMES_PER_BATCH = 12;

    /// What the broker neither answers nor refuses in this time it is waiting for: more bytes, or
    /// something to fetch.
    private static final long PATIENCE_MS = 50;

    private final InetSocketAddress broker;
    private final Mutation mutation;
    private final Selector selector;
    private final ByteBuffer input = ByteBuffer.allocateDirect(1 << 16);
    private long answered;
    private long closed;
    private long unjudged;

    Attack(InetSocketAddress broker, Mutation mutation) throws IOException {
        this.broker = broker;
        this.mutation = mutation;
        selector = Selector.open();
    }

    /// Frames that were answered.
    long answered() {
        return answered;
    }

    /// Frames for which the broker closed the connection.
    long closed() {
        return closed;
    }

    /// All frames that the broker has judged.
    long judged() {
        return answered + closed;
    }

    /// Frames that the broker was still waiting for, or never got to.
    long unjudged() {
        return unjudged;
    }

    /// Attacks as long as `more` says.
    void run(BooleanSupplier more) throws IOException {
        while (selector.keys().size() < CONNECTIONS) {
            open();
        }
        Deadline patience = Deadline.after(Clock.system(), PATIENCE_MS);
        while (more.getAsBoolean()) {
            selector.select(PATIENCE_MS);
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isValid()) {
                    serve(key);
                }
            }
            selector.selectedKeys().clear();
            if (patience.passed(Clock.system())) {
                patience = Deadline.after(Clock.system(), PATIENCE_MS);
                giveUpSilentOnes();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private void open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        Session session = new Session(channel);
        channel.connect(broker);
        channel.register(selector, SelectionKey.OP_CONNECT, session);
    }

    private void serve(SelectionKey key) throws IOException {
        Session session = (Session) key.attachment();
        boolean alive;
        try {
            alive = session.advance(key);
        } catch (IOException reset) {
            alive = false;
        }
        if (!alive) {
            if (session.expected > 0) {
                closed++;
                unjudged += session.expected - 1;
            }
            session.channel.close();
            open();
        }
    }

    private void giveUpSilentOnes() throws IOException {
        for (SelectionKey key : selector.keys().toArray(SelectionKey[]::new)) {
            Session session = (Session) key.attachment();
            if (session.silent) {
                unjudged += session.expected;
                session.channel.close();
                open();
            }
            session.silent = true;
        }
    }

    private final class Session {
        private final SocketChannel channel;
        private ByteBuffer output = ByteBuffer.allocate(0);
        private int expected;
        private int bodyLeft;
        private int lengthBytes;
        private int length;
        private boolean silent;

        Session(SocketChannel channel) {
            this.channel = channel;
        }

        /// @return whether the connection is still open
        boolean advance(SelectionKey key) throws IOException {
            silent = false;
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
            }
            if (key.isReadable() && !read()) {
                return false;
            }
            if (expected == 0) {
                refill();
            }
            if (output.hasRemaining()) {
                channel.write(output);
            }
            key.interestOps(
                    output.hasRemaining()
                            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                            : SelectionKey.OP_READ);
            return true;
        }

        private boolean read() throws IOException {
            input.clear();
            int got = channel.read(input);
            input.flip();
            while (input.hasRemaining()) {
                if (bodyLeft > 0) {
                    int part = Math.min(bodyLeft, input.remaining());
                    input.position(input.position() + part);
                    bodyLeft -= part;
                    if (bodyLeft == 0) {
                        answered++;
                        expected--;
                    }
                } else {
                    length = (length << Byte.SIZE) | (input.get() & 0xff);
                    if (++lengthBytes == Integer.BYTES) {
                        bodyLeft = length;
                        lengthBytes = 0;
                        length = 0;
                    }
                }
            }
            return got >= 0;
        }

        private void refill() {
            byte[][] frames = new byte[FRAMES_PER_BATCH][];
            int bytes = 0;
            for (int i = 0; i < frames.length; i++) {
                frames[i] = mutation.next();
                bytes += frames[i].length;
            }
            output = ByteBuffer.allocate(bytes);
            for (byte[] frame : frames) {
                output.put(frame);
            }
            output.flip();
            expected = frames.length;
        }
    }
}
