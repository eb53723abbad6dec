package io.octavo.broker.group.consumer;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.octavo.broker.cluster.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Subscriptions by regular expression, in RE2's syntax: a match takes time in proportion to the
/// name's length and the expression's size, never more.
final class Regexes {
    /// Of the compiled expression, in instructions. `x{1000}` is as large as a thousand `x`.
    private static final int SIZE_MAX = 5_000;

    private Regexes() {}

    /// What is wrong with an expression; null when nothing is.
    static @Nullable String problem(String regex) {
        if (size(regex) > SIZE_MAX) {
            return "the expression is too large";
        }
        try {
            Pattern.compile(regex);
            return null;
        } catch (PatternSyntaxException e) {
            return e.getDescription();
        }
    }

    /// The names of the topics that an expression matches as a whole, in their order; the brokers'
    /// own topics it never matches. None if it is wrong.
    static List<String> matches(String regex, Collection<Topic> topics) {
        List<String> names = new ArrayList<>();
        if (problem(regex) == null) {
            Pattern pattern = Pattern.compile(regex);
            for (Topic topic : topics) {
                if (!topic.internal() && pattern.matches(topic.name())) {
                    names.add(topic.name());
                }
            }
        }
        return names;
    }

    /// How large a compiled expression is at most: its characters, those that are repeated as often
    /// as they are. Found without compiling, which would need the memory.
    private static long size(String regex) {
        Deque<Long> outer = new ArrayDeque<>();
        long before = 0;
        long last = 0;
        for (int i = 0; i < regex.length() && before + last <= SIZE_MAX; i++) {
            switch (regex.charAt(i)) {
                case '\\' -> {
                    before += last;
                    last = 1;
                    i++;
                }
                case '(' -> {
                    outer.push(before + last);
                    before = 0;
                    last = 0;
                }
                case ')' -> {
                    last += before + 2;
                    before = outer.isEmpty() ? 0 : outer.pop();
                }
                case '{' -> last *= Math.max(1, times(regex, i + 1));
                default -> {
                    before += last;
                    last = 1;
                }
            }
        }
        return outer.stream().mapToLong(Long::longValue).sum() + before + last;
    }

    /// The largest number of a repetition, `{n}`, `{n,}` or `{n,m}`; 1 if it is none.
    private static long times(String regex, int from) {
        long most = 1;
        long number = 0;
        for (int i = from; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c >= '0' && c <= '9' && number <= SIZE_MAX) {
                number = number * 10 + (c - '0');
            } else if (c == ',' || c == '}') {
                most = Math.max(most, number);
                number = 0;
                if (c == '}') {
                    return most;
                }
            } else {
                return 1;
            }
        }
        return 1;
    }
}
