package io.octavo.broker.net;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What is to be done before a connection's descriptor is closed, by whomever, and may be given to
/// another: Netty tells of a close when that has happened. It takes the descriptor out of the epoll
/// set first, though ([KeptHandler]). Safe for any thread.
final class Closings {
    private final Map<Object, Runnable> byHandle = new ConcurrentHashMap<>();

    /// Names what is to be done on the channel's loop; to be called before it is registered.
    void before(Channel channel, Runnable task) {
        byHandle.put(channel.unsafe(), task);
    }

    /// What was named for a channel that is being registered; asked once.
    @Nullable Runnable take(IoHandle handle) {
        return byHandle.remove(handle);
    }
}
