package io.octavo.broker.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a value must satisfy beyond its type.
@FunctionalInterface
interface ConfigCheck {
    /// What is wrong with the value; null when nothing is.
    ///
    /// @param value in its canonical spelling
    @Nullable String problem(String value);

    /// Nothing more is asked.
    static ConfigCheck any() {
        return value -> null;
    }

    static ConfigCheck atLeast(long least) {
        return value -> Long.parseLong(value) < least ? "must be at least " + least : null;
    }

    static ConfigCheck between(long least, long most) {
        return value -> {
            long number = Long.parseLong(value);
            return number < least || number > most
                    ? "must be between " + least + " and " + most
                    : null;
        };
    }

    /// One number that has a meaning of its own, or what `other` allows.
    static ConfigCheck orExactly(long special, ConfigCheck other) {
        return value -> {
            String problem = other.problem(value);
            return problem == null || Long.parseLong(value) == special
                    ? null
                    : problem + ", or " + special;
        };
    }

    /// Nothing, or what `other` allows.
    static ConfigCheck orEmpty(ConfigCheck other) {
        return value -> value.isEmpty() ? null : other.problem(value);
    }

    static ConfigCheck ratio() {
        return value -> {
            double number = Double.parseDouble(value);
            return number >= 0 && number <= 1 ? null : "must be between 0 and 1";
        };
    }

    static ConfigCheck oneOf(String... words) {
        List<String> allowed = List.of(words);
        return value ->
                allowed.contains(value) ? null : "must be one of " + String.join(", ", allowed);
    }

    /// One of `words`, in capitals or not.
    static ConfigCheck oneOfInAnyCase(String... words) {
        ConfigCheck check = oneOf(words);
        return value -> check.problem(value.toLowerCase(Locale.ROOT));
    }

    /// A list of `words`, each at most once.
    static ConfigCheck listOf(String... words) {
        List<String> allowed = List.of(words);
        return value -> {
            Set<String> seen = new HashSet<>();
            for (String element : ConfigType.list(value)) {
                if (!allowed.contains(element)) {
                    return element + " is not one of " + String.join(", ", allowed);
                }
                if (!seen.add(element)) {
                    return element + " is there twice";
                }
            }
            return null;
        };
    }

    static ConfigCheck notEmpty() {
        return value -> value.isEmpty() ? "must not be empty" : null;
    }

    /// A list of paths, at least one; as in Apache Kafka, elements with nothing in them do not
    /// count.
    static ConfigCheck paths() {
        return value -> {
            boolean any = false;
            for (String element : ConfigType.list(value)) {
                any |= !element.isEmpty();
                try {
                    var _ = Path.of(element);
                } catch (InvalidPathException e) {
                    return "has what is no path: " + e.getMessage();
                }
            }
            return any ? null : "must not be empty";
        };
    }

    /// What this one asks for, and then what `other` does.
    default ConfigCheck and(ConfigCheck other) {
        return value -> {
            String problem = problem(value);
            return problem == null ? other.problem(value) : problem;
        };
    }
}
