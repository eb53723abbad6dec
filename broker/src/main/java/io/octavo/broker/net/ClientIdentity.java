package io.octavo.broker.net;

import io.netty.channel.Channel;
import io.octavo.broker.api.ClientSoftware;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of a connection, and where it came in. Belongs to the connection's event
/// loop.
final class ClientIdentity {
    private final long connectionId;
    private final String listenerName;
    private final Channel channel;
    private ClientSoftware software = ClientSoftware.UNKNOWN;
    private @Nullable Address localAddress;
    private @Nullable Address remoteAddress;

    ClientIdentity(long connectionId, String listenerName, Channel channel) {
        this.connectionId = connectionId;
        this.listenerName = listenerName;
        this.channel = channel;
    }

    long connectionId() {
        return connectionId;
    }

    String listenerName() {
        return listenerName;
    }

    /// What it says it is.
    ClientSoftware software() {
        return software;
    }

    void runsOn(ClientSoftware said) {
        software = said;
    }

    Address localAddress() {
        Address known = localAddress;
        if (known == null) {
            known = Address.of(channel.localAddress());
            localAddress = known;
        }
        return known;
    }

    Address remoteAddress() {
        Address known = remoteAddress;
        if (known == null) {
            known = Address.of(channel.remoteAddress());
            remoteAddress = known;
        }
        return known;
    }
}
