package io.octavo.cli;

import io.octavo.client.Position;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// Reads where to start: `beginning`, `end`, `offset N`, `timestamp T`; the last two take one more
/// word. T is milliseconds since 1970, or a date or time as in ISO 8601, in the local zone when it
/// names none.
final class From implements IParameterConsumer {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's interface has a Stack
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
        if (words.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "--from wants beginning, end, offset N or timestamp T.");
        }
        String word = words.pop().toLowerCase(Locale.ROOT);
        try {
            Position position =
                    switch (word) {
                        case "beginning" -> Position.BEGINNING;
                        case "end" -> Position.END;
                        case "offset" -> offset(next(words, "offset"));
                        case "timestamp" -> timestamp(next(words, "timestamp"));
                        default ->
                                throw new IllegalArgumentException(
                                        "'"
                                                + word
                                                + "' is no place to start from; beginning, end,"
                                                + " offset N and timestamp T are");
                    };
            option.setValue(position);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--from: " + e.getMessage(), e);
        }
    }

    private static String next(Stack<String> words, String of) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("which " + of + "?");
        }
        return words.pop();
    }

    static Position offset(String text) {
        try {
            long offset = Long.parseLong(text);
            if (offset >= 0) {
                return Position.at(offset);
            }
        } catch (NumberFormatException e) {
            // Said below, for both.
        }
        throw new IllegalArgumentException("'" + text + "' is no offset; they count from 0");
    }

    static Position timestamp(String text) {
        if (!text.isEmpty() && text.chars().allMatch(Character::isDigit)) {
            try {
                return Position.since(Long.parseLong(text));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + text + "' is beyond all time", e);
            }
        }
        try {
            return Position.since(instant(text).toEpochMilli());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is no time; write 2026-01-31, 2026-01-31T12:00, the same with a"
                            + " zone (Z, +01:00), or milliseconds since 1970",
                    e);
        }
    }

    private static Instant instant(String text) {
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant();
        }
        boolean zoned = text.endsWith("Z") || text.matches(".*T.*[+-]\\d\\d:?\\d\\d");
        return zoned
                ? java.time.OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
    }
}
