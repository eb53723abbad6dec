package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemoScreenTest {
    private final DemoScreen screen = new DemoScreen("localhost:1", "/tmp/demo", false);

    @Test
    void theRateIsThatOfTheLastSecond() {
        screen.sample(0.5, List.of(now(1_000, 1_000)));
        screen.sample(1.0, List.of(now(1_000, 1_000)));
        screen.sample(1.5, List.of(now(2_500, 2_500)));
        screen.sample(2.0, List.of(now(3_000, 2_900)));

        assertThat(screen.brief())
                .isEqualTo(" 2 s  clicks: 3 000 written, 2 000/s, reader 100 behind");
    }

    @Test
    void theCurveShowsTheReadersDistanceOverTime() {
        for (int behind : new int[] {0, 400, 800, 400, 0}) {
            screen.sample(1, List.of(now(1_000, 1_000 - behind)));
        }

        assertThat(screen.full(false))
                .anyMatch(line -> line.endsWith("  =%=") && line.contains("clicks"));
    }

    @Test
    void theScreenSaysHowToLookAtItFromElsewhere() {
        screen.sample(1, List.of(now(1, 1)));

        assertThat(screen.full(true))
                .contains("    bin/octavo consume clicks --follow --bootstrap localhost:1")
                .anyMatch(line -> line.contains("The reader rests"));
    }

    @Test
    void onlyTheNewestSamplesAreKept() {
        for (int i = 0; i < 1_000; i++) {
            screen.sample(i, List.of(now(1_000, 0)));
        }

        assertThat(screen.full(false)).allMatch(line -> line.length() < 140);
    }

    private static DemoTally.Now now(long written, long read) {
        return new DemoTally.Now("clicks", 4, written, written * 100, read, written - read);
    }
}
