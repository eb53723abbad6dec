package io.octavo.log;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import org.jspecify.annotations.Nullable;

/// A promise of the log that was not kept.
final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String promise;

    /// @param promise which one, by its number
    Broken(String promise, String what) {
        this(promise, promise + ": " + what, null);
    }

    private Broken(String promise, String message, @Nullable Broken cause) {
        super(message, cause);
        this.promise = promise;
    }

    /// The same, and where it was.
    Broken at(String where) {
        return new Broken(promise, getMessage() + "\n" + where, this);
    }

    String promise() {
        return promise;
    }

    @FormatMethod
    static void unless(
            boolean kept, String promise, @FormatString String what, @Nullable Object... values) {
        if (!kept) {
            throw new Broken(promise, what.formatted(values));
        }
    }
}
