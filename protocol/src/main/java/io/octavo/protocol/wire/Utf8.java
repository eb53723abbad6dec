package io.octavo.protocol.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/// Strings as they arrive. Fast for ASCII, which nearly all of them are.
final class Utf8 {
    private Utf8() {}

    /// Where bytes are no UTF-8 there is U+FFFD, as in Apache Kafka: clients send a name in Latin-1
    /// as their id, and anything as the metadata of a commit.
    static String decode(byte[] bytes, int offset, int length, ReadBudget budget) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] < 0) {
                budget.decoding(length);
                return new String(bytes, offset, length, UTF_8);
            }
        }
        return new String(bytes, offset, length, ISO_8859_1);
    }
}
