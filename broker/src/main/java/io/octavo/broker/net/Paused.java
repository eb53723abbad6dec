package io.octavo.broker.net;

/// Thrown into Netty's read loop to make it stop: the connection must not be read now. Netty has no
/// other way to say so once it has decided to read, as it does whatever the `autoRead` option says
/// when a peer has closed its side.
final class Paused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Paused() {
        super("not read now", null, false, false);
    }
}
