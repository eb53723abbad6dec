package io.octavo.cli;

import io.octavo.client.ConsumerRecord;
import io.octavo.protocol.record.Header;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
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
    /// A part of the format; plain text has the letter 0.
    private record Part(char letter, String text) {}

    private static final char TEXT = 0;
    private static final String LETTERS = "tpoTkshKS";

    private final List<Part> parts;

    private RecordFormat(List<Part> parts) {
        this.parts = parts;
    }

    /// @throws IllegalArgumentException when a letter or an escape is not known
    static RecordFormat parse(String format) {
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' && c != '\\') {
                text.append(c);
                continue;
            }
            if (++i == format.length()) {
                throw new IllegalArgumentException("the format ends with a lone " + c);
            }
            char letter = format.charAt(i);
            if (c == '\\') {
                text.append(escaped(letter));
            } else if (letter == '%') {
                text.append('%');
            } else if (LETTERS.indexOf(letter) >= 0) {
                flush(text, parts);
                parts.add(new Part(letter, ""));
            } else {
                throw new IllegalArgumentException(
                        "%"
                                + letter
                                + " is not known; there are %"
                                + String.join(" %", LETTERS.split("", -1))
                                + "%%");
            }
        }
        flush(text, parts);
        return new RecordFormat(parts);
    }

    /// Prints a record; keys, values and headers as the bytes they are.
    void print(ConsumerRecord record, ByteArrayOutputStream out) {
        for (Part part : parts) {
            switch (part.letter) {
                case TEXT -> text(part.text, out);
                case 't' -> text(record.partition().topic(), out);
                case 'p' -> text(Integer.toString(record.partition().partition()), out);
                case 'o' -> text(Long.toString(record.offset()), out);
                case 'T' -> text(Long.toString(record.timestamp()), out);
                case 'k' -> bytes(record.key(), out);
                case 's' -> bytes(record.value(), out);
                case 'h' -> headers(record.headers(), out);
                case 'K' -> text(length(record.key()), out);
                case 'S' -> text(length(record.value()), out);
                default -> throw new IllegalStateException("a part of letter " + part.letter);
            }
        }
    }

    private static char escaped(char letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case '0' -> '\0';
            case '\\' -> '\\';
            default ->
                    throw new IllegalArgumentException(
                            "\\" + letter + " is not known; there are \\n \\t \\r \\0 \\\\");
        };
    }

    private static void flush(StringBuilder text, List<Part> parts) {
        if (!text.isEmpty()) {
            parts.add(new Part(TEXT, text.toString()));
            text.setLength(0);
        }
    }

    private static void headers(List<Header> headers, ByteArrayOutputStream out) {
        for (int i = 0; i < headers.size(); i++) {
            text((i == 0 ? "" : ",") + headers.get(i).key() + "=", out);
            bytes(headers.get(i).value(), out);
        }
    }

    private static void text(String text, ByteArrayOutputStream out) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(@Nullable ByteBuffer bytes, ByteArrayOutputStream out) {
        if (bytes != null) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.slice().get(copy);
            out.writeBytes(copy);
        }
    }

    private static String length(@Nullable ByteBuffer bytes) {
        return Integer.toString(bytes == null ? -1 : bytes.remaining());
    }

    /// Refuses a wrong format while the command line is read.
    static final class Converter implements ITypeConverter<RecordFormat> {
        @Override
        public RecordFormat convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
