package io.octavo.client;

/// A broker sent what does not follow the protocol, or a batch that is damaged.
public final class Unreadable extends ClientException {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
        super(message);
    }
}
