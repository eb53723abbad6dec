package io.octavo.broker.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KeptHandlerTest {
    private final List<String> done = new ArrayList<>();
    private final Closings closings = new Closings();
    private final KeptHandler handler = new KeptHandler(new Noting(), closings);
    private final Channel channel = new NioSocketChannel();

    @AfterEach
    void close() {
        channel.unsafe().closeForcibly();
    }

    /// As long as it is in the epoll set, its descriptor is open.
    @Test
    void whatIsToBeDoneBeforeAConnectionIsClosedIsDoneBeforeItLeavesTheSet() throws Exception {
        closings.before(channel, () -> done.add("before"));

        IoRegistration registration = handler.register(handle());
        assertThat(done).isEmpty();
        registration.cancel();

        assertThat(done).containsExactly("before", "cancel");
    }

    @Test
    void aConnectionThatAsksForNothingIsCancelledAsItWas() throws Exception {
        handler.register(handle()).cancel();

        assertThat(done).containsExactly("cancel");
    }

    @Test
    void aConnectionThatIsNotReadStaysInTheSet() throws Exception {
        IoRegistration registration = handler.register(handle());

        registration.submit(EpollIoOps.NONE);
        registration.submit(EpollIoOps.EPOLLIN);
        registration.submit(EpollIoOps.NONE);

        assertThat(done)
                .containsExactly(
                        EpollIoOps.NONE.toString(),
                        EpollIoOps.EPOLLIN.toString(),
                        EpollIoOps.EPOLLERR.toString());
    }

    private IoHandle handle() {
        return (IoHandle) channel.unsafe();
    }

    private final class Noting implements IoHandler {
        @Override
        public int run(IoHandlerContext context) {
            return 0;
        }

        @Override
        public void prepareToDestroy() {}

        @Override
        public void destroy() {}

        @Override
        public IoRegistration register(IoHandle handle) {
            return new Registration();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return true;
        }

        @Override
        public void wakeup() {}
    }

    private final class Registration implements IoRegistration {
        // Netty's signature.
        @SuppressWarnings({"TypeParameterUnusedInFormals", "unchecked"})
        @Override
        public <T> T attachment() {
            return (T) this;
        }

        @Override
        public long submit(IoOps ops) {
            done.add(ops.toString());
            return 0;
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public boolean cancel() {
            done.add("cancel");
            return true;
        }
    }
}
