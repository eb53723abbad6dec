package io.octavo.broker.net;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import org.jspecify.annotations.Nullable;

/// Netty's epoll, but a connection that is not read stays known to it.
///
/// Netty takes a file that nothing is asked of out of the epoll set, and cannot bring it back (as
/// of 4.2.16): to read on fails with `ENOENT`, and the connection is closed with what its peer had
/// sent. Nothing is asked of a connection that is not read and whose peer has ended its side: a
/// producer with `acks=0` that has closed. So there is always something asked of it: errors, of
/// which epoll tells anyway.
final class KeptHandler implements IoHandler {
    private final IoHandler epoll;
    private final Closings closings;

    KeptHandler(IoHandler epoll, Closings closings) {
        this.epoll = epoll;
        this.closings = closings;
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Runnable beforeClose = closings.take(handle);
        return new Kept(epoll.register(handle), beforeClose);
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    /// Belongs to the event loop.
    private static final class Kept implements IoRegistration {
        private final IoRegistration registration;

        /// Before, it is not in the set, where a socket that is not connected would do harm.
        private boolean added;

        private final @Nullable Runnable beforeClose;

        Kept(IoRegistration registration, @Nullable Runnable beforeClose) {
            this.registration = registration;
            this.beforeClose = beforeClose;
        }

        // Netty's signature.
        @SuppressWarnings("TypeParameterUnusedInFormals")
        @Override
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean none = ops.equals(EpollIoOps.NONE);
            added |= !none;
            return registration.submit(none && added ? EpollIoOps.EPOLLERR : ops);
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            if (beforeClose != null) {
                beforeClose.run();
            }
            return registration.cancel();
        }
    }
}
