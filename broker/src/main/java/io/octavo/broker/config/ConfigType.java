package io.octavo.broker.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a setting's text means, with the number the protocol has for it (DescribeConfigs v3,
/// KIP-569).
public enum ConfigType {
    BOOLEAN(1),
    STRING(2),
    INT(3),
    SHORT(4),
    LONG(5),
    DOUBLE(6),
    /// Comma-separated, blanks around an element do not count.
    LIST(7),
    CLASS(8),
    /// Never shown, never logged.
    PASSWORD(9);

    private final byte code;

    ConfigType(int code) {
        this.code = (byte) code;
    }

    /// The number in DescribeConfigs.
    public byte code() {
        return code;
    }

    /// What is wrong with `text` as a value of this type; null when nothing is.
    @Nullable String problem(String text) {
        String trimmed = text.trim();
        try {
            switch (this) {
                case BOOLEAN -> {
                    String word = trimmed.toLowerCase(Locale.ROOT);
                    if (!word.equals("true") && !word.equals("false")) {
                        return "expected true or false";
                    }
                }
                case INT -> Integer.parseInt(trimmed);
                case SHORT -> Short.parseShort(trimmed);
                case LONG -> Long.parseLong(trimmed);
                case DOUBLE -> Double.parseDouble(trimmed);
                case STRING, LIST, CLASS, PASSWORD -> {}
            }
            return null;
        } catch (NumberFormatException e) {
            return "not a number of type " + name();
        }
    }

    /// `text`, which has no [#problem], as it is stored and shown: the one spelling of its value.
    String canonical(String text) {
        String trimmed = text.trim();
        return switch (this) {
            case BOOLEAN -> trimmed.toLowerCase(Locale.ROOT);
            case INT, SHORT, LONG -> Long.toString(Long.parseLong(trimmed));
            case DOUBLE -> Double.toString(Double.parseDouble(trimmed));
            case LIST -> list(trimmed).stream().collect(Collectors.joining(","));
            case STRING, CLASS -> trimmed;
            case PASSWORD -> text;
        };
    }

    /// The elements of a list.
    public static List<String> list(String text) {
        String trimmed = text.trim();
        if (trimmed.isEmpty()) {
            return List.of();
        }
        return Arrays.stream(trimmed.split(",", -1)).map(String::trim).toList();
    }
}
