package io.octavo.cli;

import io.octavo.client.Position;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/// Reads where to start: `beginning`, `end`, `offset N`, `timestamp T`; the last two take one more
/// word. T is milliseconds since 1970, or a date or time as in ISO 8601, in the local zone when it
/// names none.
final class From implements IParameterConsumer {
    /// Before 1973: less is a year, a date, or seconds.
    private static final long MS_LEAST = 100_000_000_000L;

    /// A day that does not exist is none.
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd['T'HH:mm[:ss[.SSS]]][XXXXX]", Locale.ROOT)
                    .withResolverStyle(ResolverStyle.STRICT);

    private static final String TIMES =
            "2026-01-31, 2026-01-31T12:00, the same with Z or +01:00, or ms since 1970";

    @Override
    @SuppressWarnings("JdkObsolete") // picocli's interface has a Stack
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
        try {
            String word = words.isEmpty() ? "" : words.pop().toLowerCase(Locale.ROOT);
            option.setValue(
                    switch (word) {
                        case "beginning" -> Position.BEGINNING;
                        case "end" -> Position.END;
                        case "offset" -> offset(words.isEmpty() ? "" : words.pop());
                        case "timestamp" -> timestamp(words.isEmpty() ? "" : words.pop());
                        default ->
                                throw unknown(
                                        word, "place", "beginning, end, offset N, timestamp T");
                    });
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command.commandLine(), name(option) + ": " + e.getMessage(), e);
        }
    }

    private static String name(ArgSpec option) {
        return option instanceof OptionSpec named ? named.longestName() : option.paramLabel();
    }

    static Position offset(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw unknown(text, "offset", "0, 1, 2 and so on");
        }
        return Position.at(Long.parseLong(text));
    }

    static Position timestamp(String text) {
        if (text.matches("\\d{1,18}")) {
            long ms = Long.parseLong(text);
            if (ms < MS_LEAST) {
                throw new IllegalArgumentException(
                        "'%s' would be %s, in milliseconds since 1970; write %s"
                                .formatted(text, Instant.ofEpochMilli(ms), TIMES));
            }
            return Position.since(ms);
        }
        try {
            TemporalAccessor parsed = TIME.parse(text);
            LocalTime time = parsed.query(TemporalQueries.localTime());
            ZoneId zone = parsed.query(TemporalQueries.zone());
            return Position.since(
                    LocalDate.from(parsed)
                            .atTime(time == null ? LocalTime.MIDNIGHT : time)
                            .atZone(zone == null ? ZoneId.systemDefault() : zone)
                            .toInstant()
                            .toEpochMilli());
        } catch (DateTimeException e) {
            throw unknown(text, "time", TIMES);
        }
    }

    private static IllegalArgumentException unknown(String text, String what, String known) {
        return new IllegalArgumentException("'%s' is no %s; write %s".formatted(text, what, known));
    }
}
