package io.octavo.codegen;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A range of versions, both ends included: `3`, `0-4`, `7+` or `none`.
record Versions(int min, int max) {
    static final Versions NONE = new Versions(0, -1);

    /// The end of a range that is written with a plus.
    static final int OPEN = Short.MAX_VALUE;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(\\+|-(\\d{1,4}))?");

    static Versions parse(String text, String where) {
        if (text.equals("none")) {
            return NONE;
        }
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            throw new BadSchema(where, "\"" + text + "\" is no range of versions");
        }
        int min = Integer.parseInt(range.group(1));
        int max =
                range.group(2) == null
                        ? min
                        : range.group(3) == null ? OPEN : Integer.parseInt(range.group(3));
        if (max < min) {
            throw new BadSchema(where, "\"" + text + "\" is a range that ends before it begins");
        }
        return new Versions(min, max);
    }

    boolean isEmpty() {
        return max < min;
    }

    boolean contains(int version) {
        return version >= min && version <= max;
    }

    boolean contains(Versions other) {
        return other.isEmpty() || (other.min >= min && other.max <= max);
    }

    Versions intersect(Versions other) {
        int first = Math.max(min, other.min);
        int last = Math.min(max, other.max);
        return last < first ? NONE : new Versions(first, last);
    }

    /// @return these versions without those from `first` on
    Versions before(int first) {
        return intersect(new Versions(0, first - 1));
    }

    /// @return the versions before `other`, which ends as these do; else, to be safe, all of these
    Versions without(Versions other) {
        return other.max == max ? before(other.min) : this;
    }

    /// The Java expression that is true for these versions, if `version` is known to be one of
    /// `possible`: `"true"`, `"false"` or a comparison.
    String condition(Versions possible) {
        Versions both = intersect(possible);
        if (both.isEmpty()) {
            return "false";
        }
        if (both.equals(possible)) {
            return "true";
        }
        if (both.min == both.max) {
            return "version == " + both.min;
        }
        if (both.max == possible.max) {
            return "version >= " + both.min;
        }
        if (both.min == possible.min) {
            return "version <= " + both.max;
        }
        return "version >= " + both.min + " && version <= " + both.max;
    }

    /// The Java expression that is true for those of the `possible` versions that are not among
    /// these, which are some of them but not all.
    String absence(Versions possible) {
        Versions both = intersect(possible);
        String before = "version < " + both.min;
        String after = "version > " + both.max;
        if (both.min == possible.min) {
            return after;
        }
        return both.max == possible.max ? before : "(" + before + " || " + after + ")";
    }

    @Override
    public String toString() {
        return isEmpty()
                ? "none"
                : min == max ? "" + min : max == OPEN ? min + "+" : min + "-" + max;
    }
}
