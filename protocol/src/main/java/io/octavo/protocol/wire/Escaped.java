package io.octavo.protocol.wire;

import org.jspecify.annotations.Nullable;

/// Text of a stranger, made fit for a log: printable ASCII on one line, and not much of it.
public final class Escaped {
    private static final int CHARS_MAX = 256;

    private Escaped() {}

    /// @return the text in quotes, cut at 256 characters; `none` for null
    public static String of(@Nullable String text) {
        if (text == null) {
            return "none";
        }
        StringBuilder escaped = new StringBuilder(Math.min(text.length(), CHARS_MAX) + 2);
        escaped.append('"');
        int shown = Math.min(text.length(), CHARS_MAX);
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                escaped.append(c);
            } else {
                escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        if (shown < text.length()) {
            escaped.append("...");
        }
        return escaped.append('"').toString();
    }
}
