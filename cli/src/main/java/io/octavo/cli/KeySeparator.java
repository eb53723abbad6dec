package io.octavo.cli;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/// Splits a line into key and value at the first place where the separator stands.
final class KeySeparator {
    private final byte[] bytes;

    private KeySeparator(byte[] bytes) {
        this.bytes = bytes;
    }

    /// @param text may hold `\t`, `\n`, `\\` as they are written in programs
    /// @throws TypeConversionException when it is empty; picocli shows it
    static KeySeparator of(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("an empty text stands everywhere in a line");
        }
        String plain = text.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n");
        return new KeySeparator(plain.replace('\0', '\\').getBytes(StandardCharsets.UTF_8));
    }

    /// A line's parts, which share its bytes.
    ///
    /// @param key null when the separator is not in the line
    record Split(@Nullable ByteBuffer key, ByteBuffer value) {}

    Split split(ByteBuffer line) {
        for (int i = 0; i <= line.remaining() - bytes.length; i++) {
            if (standsAt(line, i)) {
                int valueAt = i + bytes.length;
                return new Split(line.slice(0, i), line.slice(valueAt, line.remaining() - valueAt));
            }
        }
        return new Split(null, line);
    }

    private boolean standsAt(ByteBuffer line, int at) {
        for (int i = 0; i < bytes.length; i++) {
            if (line.get(at + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
