package io.octavo.broker.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// How the machine is asked about its sockets: epoll where there is one, otherwise the JDK's
/// selectors.
enum Transport {
    EPOLL {
        @Override
        IoHandlerFactory ioHandler(Closings closings) {
            IoHandlerFactory epoll = EpollIoHandler.newFactory();
            return executor -> new KeptHandler(epoll.newHandler(executor), closings);
        }

        @Override
        FileDescriptor descriptor(Channel connection) {
            return ((UnixChannel) connection).fd();
        }

        @Override
        boolean isBroken(Channel connection) {
            try {
                return ((UnixChannel) connection).fd() instanceof Socket socket
                        && socket.getSoError() != 0;
            } catch (IOException closed) {
                return true;
            }
        }

        @Override
        ServerChannel newServer() {
            return new EpollServerSocketChannel();
        }

        @Override
        void probe(ChannelConfig connection) {
            connection.setOption(EpollChannelOption.TCP_KEEPIDLE, PROBE_IDLE_S);
            connection.setOption(EpollChannelOption.TCP_KEEPINTVL, PROBE_INTERVAL_S);
            connection.setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
        }
    },

    NIO {
        @Override
        IoHandlerFactory ioHandler(Closings closings) {
            return NioIoHandler.newFactory();
        }

        @Override
        @Nullable FileDescriptor descriptor(Channel connection) {
            return null;
        }

        @Override
        boolean isBroken(Channel connection) {
            return false;
        }

        @Override
        ServerChannel newServer() {
            return new NioServerSocketChannel();
        }

        @Override
        void probe(ChannelConfig connection) {
            connection.setOption(
                    NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), PROBE_IDLE_S);
            connection.setOption(
                    NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), PROBE_INTERVAL_S);
            connection.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), PROBES);
        }
    };

    /// A peer that vanished without a word is found out after two minutes of silence: the system's
    /// own default is two hours.
    private static final int PROBE_IDLE_S = 60;

    private static final int PROBE_INTERVAL_S = 10;
    private static final int PROBES = 6;

    /// What this machine has.
    static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /// @param closings what is to be done before a connection is closed, where [#descriptor] tells
    ///   of one
    abstract IoHandlerFactory ioHandler(Closings closings);

    /// What a connection is written by; null where that is not told.
    abstract @Nullable FileDescriptor descriptor(Channel connection);

    /// Whether the system has told of an error of a connection that is not read: its peer has reset
    /// it, or does not answer any more. False where it would not have told.
    abstract boolean isBroken(Channel connection);

    abstract ServerChannel newServer();

    /// Why this is not the machine's own; null when it is.
    static @Nullable String absence() {
        return Epoll.isAvailable() || !System.getProperty("os.name").equals("Linux")
                ? null
                : "epoll cannot be used, so connections cost more: " + Epoll.unavailabilityCause();
    }

    /// Has the kernel ask a silent peer whether it is still there.
    void keepAlive(ChannelConfig connection) {
        connection.setOption(ChannelOption.SO_KEEPALIVE, true);
        probe(connection);
    }

    abstract void probe(ChannelConfig connection);
}
