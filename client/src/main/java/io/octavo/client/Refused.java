package io.octavo.client;

import io.octavo.protocol.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/// The broker answered with an error, or does not serve what was asked.
public final class Refused extends ClientException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /// @param what the operation and its object
    /// @param text the broker's own words, if it had any
    public Refused(String what, ErrorCode code, @Nullable String text) {
        super(
                what
                        + ": "
                        + (text == null || text.isEmpty() ? code.message() : text)
                        + " ("
                        + code
                        + ")");
        this.code = code;
    }

    /// @throws Refused unless the code is that of no error
    public static void check(String what, short code, @Nullable String text) {
        if (code != ErrorCode.NONE.code()) {
            throw new Refused(what, ErrorCode.of(code), text);
        }
    }

    public ErrorCode code() {
        return code;
    }
}
