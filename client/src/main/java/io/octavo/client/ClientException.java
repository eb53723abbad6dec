package io.octavo.client;

/// What went wrong with a client's operation; the message says what to do about it.
public abstract sealed class ClientException extends RuntimeException
        permits Refused, TimedOut, Unreachable, Unreadable {
    private static final long serialVersionUID = 1L;

    ClientException(String message) {
        super(message);
    }
}
