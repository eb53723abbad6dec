package io.octavo.protocol.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/// Strings as they arrive. Fast for ASCII, which nearly all of them are.
final class Utf8 {
    /// What the JDK puts where bytes are no UTF-8.
    private static final char REPLACEMENT = '\ufffd';

    private Utf8() {}

    /// @throws MalformedFrame if the bytes are not UTF-8
    static String decode(byte[] bytes, int offset, int length, ReadBudget budget) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] < 0) {
                budget.decoding(length);
                return unicode(bytes, offset, length);
            }
        }
        return new String(bytes, offset, length, ISO_8859_1);
    }

    private static String unicode(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            // Somebody sent it, or it stands for bytes that are none.
            try {
                UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
            } catch (CharacterCodingException e) {
                throw new MalformedFrame("a string of " + length + " bytes that is not UTF-8");
            }
        }
        return text;
    }
}
