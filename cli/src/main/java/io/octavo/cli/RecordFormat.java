package io.octavo.cli;

import io.octavo.client.ConsumerRecord;
import io.octavo.protocol.record.Header;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/// How a record is printed: text with the letters that kcat's `-f` knows.
///
/// ```
/// %t topic   %p partition   %o offset   %T timestamp (ms since 1970)
/// %k key     %s value       %h headers as NAME=VALUE,...      their bytes, as they are
/// %K %S      lengths of key and value in bytes, -1 for none   %% a percent sign
/// \n \t \r \\ \0
/// ```
final class RecordFormat {
    private static final String LETTERS = "tpoTkshKS%";
    private static final String ESCAPES = "ntr\\0";
    private static final String ESCAPED = "\n\t\r\\\0";

    private final byte[] format;

    private RecordFormat(byte[] format) {
        this.format = format;
    }

    /// @throws TypeConversionException when a letter or an escape is not known; picocli shows it
    static RecordFormat parse(String format) {
        for (int i = 0; i < format.length(); i++) {
            char mark = format.charAt(i);
            if (mark == '%' || mark == '\\') {
                String known = mark == '%' ? LETTERS : ESCAPES;
                i++;
                if (i == format.length() || known.indexOf(format.charAt(i)) < 0) {
                    throw new TypeConversionException(
                            "%s is not known; behind %s may stand one of %s"
                                    .formatted(
                                            format.substring(i - 1),
                                            mark,
                                            String.join(" ", known.split("", -1)).strip()));
                }
            }
        }
        return new RecordFormat(format.getBytes(StandardCharsets.UTF_8));
    }

    /// Prints a record; keys, values and headers as the bytes they are.
    void print(ConsumerRecord record, ByteArrayOutputStream out) {
        for (int i = 0; i < format.length; i++) {
            if (format[i] == '%') {
                field((char) format[++i], record, out);
            } else if (format[i] == '\\') {
                out.write(ESCAPED.charAt(ESCAPES.indexOf(format[++i])));
            } else {
                out.write(format[i]);
            }
        }
    }

    private static void field(char letter, ConsumerRecord record, ByteArrayOutputStream out) {
        switch (letter) {
            case 't' -> text(record.partition().topic(), out);
            case 'p' -> text(record.partition().partition(), out);
            case 'o' -> text(record.offset(), out);
            case 'T' -> text(record.timestamp(), out);
            case 'k' -> bytes(record.key(), out);
            case 's' -> bytes(record.value(), out);
            case 'K' -> text(length(record.key()), out);
            case 'S' -> text(length(record.value()), out);
            case 'h' -> {
                String separator = "";
                for (Header header : record.headers()) {
                    text(separator + header.key() + "=", out);
                    bytes(header.value(), out);
                    separator = ",";
                }
            }
            default -> text(letter, out);
        }
    }

    private static void text(Object text, ByteArrayOutputStream out) {
        out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(@Nullable ByteBuffer bytes, ByteArrayOutputStream out) {
        for (int i = 0; bytes != null && i < bytes.limit(); i++) {
            out.write(bytes.get(i));
        }
    }

    private static int length(@Nullable ByteBuffer bytes) {
        return bytes == null ? -1 : bytes.remaining();
    }
}
