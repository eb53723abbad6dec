package io.octavo.system;

import io.octavo.ports.Clock;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Members of groups that do nothing but live: each one's heartbeat is made beforehand and sent by
/// itself, one after the other in equal distances, over a few connections.
final class Heartbeats implements AutoCloseable {
    private static final int CONNECTIONS = 4;

    /// In an answer: the correlation id, no tags, the time to wait; then the error.
    private static final int ERROR_AT = 9;

    /// An answer that takes as long does not come.
    private static final int ANSWER_MS_MAX = 30_000;

    private final int intervalMs;
    private final List<Socket> sockets = new ArrayList<>();
    private final List<byte[]> frames = new ArrayList<>();
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
    private long startMs;
    private long sent;
    private long answered;
    private @Nullable String failure;

    /// @param intervalMs of each member
    Heartbeats(String address, int intervalMs) {
        this.intervalMs = intervalMs;
        int colon = address.lastIndexOf(':');
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket =
                        new Socket(
                                address.substring(0, colon),
                                Integer.parseInt(address.substring(colon + 1)));
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(ANSWER_MS_MAX);
                sockets.add(socket);
                Thread.ofPlatform().daemon().name("answers-" + i).start(() -> read(socket));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Begins with the members that have these frames.
    void start(List<byte[]> members) {
        frames.addAll(members);
        startMs = Clock.system().millis();
        var _ = sender.scheduleAtFixedRate(this::send, 0, 1, TimeUnit.MILLISECONDS);
    }

    /// Waits until every member was answered so many times.
    synchronized void awaitRounds(int rounds) {
        long wanted = answered + (long) rounds * frames.size();
        try {
            while (answered < wanted) {
                if (failure != null) {
                    throw new AssertionError(failure);
                }
                wait();
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        sender.shutdownNow();
        try {
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is due by now.
    private void send() {
        long due = (Clock.system().millis() - startMs) * frames.size() / intervalMs;
        try {
            for (; sent < due; sent++) {
                Socket socket = sockets.get((int) (sent % CONNECTIONS));
                socket.getOutputStream().write(frames.get((int) (sent % frames.size())));
            }
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    private void read(Socket socket) {
        try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
            while (true) {
                byte[] answer = new byte[in.readInt()];
                in.readFully(answer);
                short error = ByteBuffer.wrap(answer).getShort(ERROR_AT);
                if (error != 0) {
                    fail("a heartbeat is answered with error " + error);
                }
                answered();
            }
        } catch (EOFException e) {
            fail("the broker closed the connection");
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    private synchronized void answered() {
        answered++;
        notifyAll();
    }

    private synchronized void fail(String why) {
        failure = why;
        notifyAll();
    }
}
