package io.octavo.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionsTest {
    @Test
    void rangesAreReadAsTheSchemasWriteThem() {
        assertThat(Versions.parse("3", "x")).isEqualTo(new Versions(3, 3)).hasToString("3");
        assertThat(Versions.parse("0-4", "x")).isEqualTo(new Versions(0, 4)).hasToString("0-4");
        assertThat(Versions.parse("7+", "x"))
                .isEqualTo(new Versions(7, Versions.OPEN))
                .hasToString("7+");
        assertThat(Versions.parse("none", "x")).isEqualTo(Versions.NONE).hasToString("none");
    }

    @Test
    void whatIsNoRangeIsRefused() {
        for (String text : new String[] {"", "x", "-1", "4-", "4-3", "1,2", "123456"}) {
            assertThatThrownBy(() -> Versions.parse(text, "Some.json"))
                    .isInstanceOf(BadSchema.class)
                    .hasMessageStartingWith("Some.json: \"" + text + "\"");
        }
    }

    @Test
    void conditionsAreTrueForExactlyTheirVersions() {
        for (Versions possible : ranges()) {
            for (Versions wanted : ranges()) {
                Versions both = wanted.intersect(possible);
                for (int v = possible.min(); v <= possible.max(); v++) {
                    assertThat(isTrue(wanted.condition(possible), v))
                            .as("%s of %s: %s", wanted, possible, wanted.condition(possible))
                            .isEqualTo(wanted.contains(v));
                    if (!both.isEmpty() && !both.equals(possible)) {
                        assertThat(isTrue(wanted.absence(possible), v))
                                .as("not %s of %s", wanted, possible)
                                .isEqualTo(!wanted.contains(v));
                    }
                }
            }
        }
    }

    private static List<Versions> ranges() {
        List<Versions> ranges = new ArrayList<>();
        for (int min = 0; min < 5; min++) {
            for (int max = min; max < 5; max++) {
                ranges.add(new Versions(min, max));
            }
            ranges.add(new Versions(min, Versions.OPEN).intersect(new Versions(0, 6)));
        }
        return ranges;
    }

    /// Evaluates the few forms of Java that the generator writes.
    private static boolean isTrue(String condition, int version) {
        if (condition.startsWith("(")) {
            return isTrue(condition.substring(1, condition.length() - 1), version);
        }
        int or = condition.indexOf(" || ");
        int and = condition.indexOf(" && ");
        if (or >= 0) {
            return isTrue(condition.substring(0, or), version)
                    || isTrue(condition.substring(or + 4), version);
        }
        if (and >= 0) {
            return isTrue(condition.substring(0, and), version)
                    && isTrue(condition.substring(and + 4), version);
        }
        int number = Integer.parseInt("0" + condition.replaceAll("\\D", ""));
        return switch (condition.replaceAll("[\\d ]", "")) {
            case "true" -> true;
            case "false" -> false;
            case "version==" -> version == number;
            case "version>=" -> version >= number;
            case "version<=" -> version <= number;
            case "version<" -> version < number;
            case "version>" -> version > number;
            default -> throw new AssertionError(condition);
        };
    }
}
