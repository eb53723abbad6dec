package io.octavo.protocol.wire;

import java.nio.ByteBuffer;
import java.util.Base64;

/// A 128-bit identifier; in text it is 22 characters of unpadded base64url, as Kafka prints it.
public record Uuid(long most, long least) {
    /// The value that means "none".
    public static final Uuid ZERO = new Uuid(0, 0);

    private static final int BYTES = 16;
    private static final int TEXT_CHARS_MAX = 24;

    /// @throws IllegalArgumentException if `text` is not 16 bytes in base64url
    public static Uuid parse(String text) {
        if (text.length() > TEXT_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "not an id: " + text.length() + " characters where 22 are expected");
        }
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
        if (bytes.remaining() != BYTES) {
            throw new IllegalArgumentException(
                    "not an id: \"" + text + "\" holds " + bytes.remaining() + " bytes, not 16");
        }
        return new Uuid(bytes.getLong(), bytes.getLong());
    }

    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(BYTES).putLong(most).putLong(least).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
