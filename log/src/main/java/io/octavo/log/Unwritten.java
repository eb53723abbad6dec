package io.octavo.log;

/// Holds the place of what is announced and not written.
final class Unwritten {
    private Unwritten() {}

    @SafeVarargs
    static <T> T yet(T... nothing) {
        if (nothing.length == 0) {
            throw new UnsupportedOperationException("not written");
        }
        return nothing[0];
    }
}
