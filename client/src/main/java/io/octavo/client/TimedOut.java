package io.octavo.client;

/// The time for an operation ran out. Whether the broker has done it is not known.
public final class TimedOut extends ClientException {
    private static final long serialVersionUID = 1L;

    public TimedOut(String message) {
        super(message);
    }
}
