package io.octavo.broker.cluster;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which names a topic may have.
public final class TopicNames {
    /// So that the directory of any partition keeps within 255 bytes, with what is appended while
    /// it is deleted.
    public static final int CHARS_MAX = 249;

    /// Topics that belong to the brokers; clients may read and not write them.
    private static final Set<String> INTERNAL =
            Set.of("__consumer_offsets", "__transaction_state", "__share_group_state");

    /// Names of directories that are no topic's.
    private static final Set<String> RESERVED = Set.of("__coordination");

    private TopicNames() {}

    /// What is wrong with the name; null when nothing is.
    public static @Nullable String problem(String name) {
        if (name.isEmpty()) {
            return "A topic's name must not be empty.";
        }
        if (name.equals(".") || name.equals("..")) {
            return "A topic cannot be called '" + name + "', which means a directory.";
        }
        if (name.length() > CHARS_MAX) {
            return "A topic's name has at most "
                    + CHARS_MAX
                    + " characters, not "
                    + name.length()
                    + ".";
        }
        for (int i = 0; i < name.length(); i++) {
            if (!allowed(name.charAt(i))) {
                return "A topic's name is made of ASCII letters, digits, '.', '_' and '-'; '"
                        + name
                        + "' has something else at position "
                        + i
                        + ".";
            }
        }
        return RESERVED.contains(name)
                ? "'" + name + "' is the name of the broker's own journal."
                : null;
    }

    /// Whether topics of this name belong to the brokers.
    public static boolean internal(String name) {
        return INTERNAL.contains(name);
    }

    /// The name among `others` that would be the same as `name` in a metric, where '.' and '_' are
    /// one character.
    public static @Nullable String collision(String name, Collection<String> others) {
        if (name.indexOf('.') < 0 && name.indexOf('_') < 0) {
            return null;
        }
        for (String other : others) {
            if (other.length() == name.length() && !other.equals(name) && collide(other, name)) {
                return other;
            }
        }
        return null;
    }

    /// Compares from the end, where the names of many topics differ.
    private static boolean collide(String one, String other) {
        for (int i = one.length() - 1; i >= 0; i--) {
            if (fold(one.charAt(i)) != fold(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char fold(char c) {
        return c == '.' ? '_' : c;
    }

    private static boolean allowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
