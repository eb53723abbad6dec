package io.octavo.protocol.api;

/// What an error says to people, in an answer or a log.
public final class ErrorText {
    /// A text may quote what a client sent, of any length; a string of the protocol has a limit.
    public static final int CHARS_MAX = 1_000;

    private static final String CUT = "...";

    private ErrorText() {}

    /// A text, cut where it is too long.
    public static String cut(String text) {
        if (text.length() <= CHARS_MAX) {
            return text;
        }
        int end = CHARS_MAX - CUT.length();
        // Not between the halves of a character.
        end -= Character.isHighSurrogate(text.charAt(end - 1)) ? 1 : 0;
        return text.substring(0, end) + CUT;
    }
}
