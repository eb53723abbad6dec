package io.octavo.system.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// Peers that each declare a frame of the maximum size, send its beginning, and then nothing.
final class StalledPeers implements AutoCloseable {
    private static final int FRAME_BYTES_MAX = 104_857_600;
    private static final int SENT_BYTES = 100_000;

    private final Selector selector;

    StalledPeers(InetSocketAddress broker, int peers) throws IOException {
        selector = Selector.open();
        for (int i = 0; i < peers; i++) {
            SocketChannel peer = SocketChannel.open(broker);
            ByteBuffer beginning = ByteBuffer.allocate(SENT_BYTES).putInt(0, FRAME_BYTES_MAX);
            while (beginning.hasRemaining()) {
                peer.write(beginning);
            }
            peer.configureBlocking(false);
            peer.register(selector, SelectionKey.OP_READ);
        }
    }

    /// How many the broker has not closed yet.
    int open() throws IOException {
        selector.selectNow();
        for (SelectionKey key : selector.selectedKeys()) {
            key.channel().close();
        }
        selector.selectedKeys().clear();
        selector.selectNow();
        return selector.keys().size();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
