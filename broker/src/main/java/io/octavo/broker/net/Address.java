package io.octavo.broker.net;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;

/// One end of a connection.
///
/// @param host numeric; no brackets, no scope; an IPv4 address mapped into IPv6 is written as IPv4
/// @param port the port
record Address(String host, int port) {
    private static final Address UNKNOWN = new Address("0.0.0.0", 0);
    private static final byte[] MAPPED_PREFIX = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    /// The address as a socket has it.
    static Address of(SocketAddress socket) {
        if (!(socket instanceof InetSocketAddress internet) || internet.getAddress() == null) {
            return UNKNOWN;
        }
        return new Address(host(internet.getAddress()), internet.getPort());
    }

    /// How a listener or a person writes it.
    @Override
    public String toString() {
        return text(host, port);
    }

    /// `host:port`, with brackets where the host is an IPv6 address.
    static String text(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static String host(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address)) {
            return dotted(bytes, 0);
        }
        int prefix = MAPPED_PREFIX.length;
        if (Arrays.equals(bytes, 0, prefix, MAPPED_PREFIX, 0, prefix)) {
            return dotted(bytes, prefix);
        }
        String text = NetUtil.toAddressString(address);
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    private static String dotted(byte[] bytes, int from) {
        return (bytes[from] & 0xff)
                + "."
                + (bytes[from + 1] & 0xff)
                + "."
                + (bytes[from + 2] & 0xff)
                + "."
                + (bytes[from + 3] & 0xff);
    }
}
