package io.octavo.bench.paper;

import io.octavo.bench.AMachine;
import io.octavo.bench.paper.Way.Group;
import java.util.List;

/// Runs as they might have been.
final class Sample {
    static final long MESSAGES = 1_000;

    private Sample() {}

    static Rounds rounds(Round... rounds) {
        return new Rounds(AMachine.HERE, List.of(), List.of(rounds));
    }

    /// A run in which `perSecond` messages were produced, and as many consumed, at an even rate.
    static Round round(String way, double perSecond, double foreignCores) {
        double seconds = MESSAGES / perSecond;
        Part part = new Part(List.of(seconds / 2, seconds), 0.5);
        return new Round(
                new Way(way, "A broker", Group.SINGLE, "sent somehow"),
                MESSAGES,
                part,
                part,
                300 * MESSAGES,
                foreignCores,
                "a build");
    }

    /// The same rates with half of the messages.
    static Round smaller(Round round) {
        return new Round(
                round.way(),
                round.messages() / 2,
                round.produced(),
                round.consumed(),
                round.diskBytes(),
                round.foreignCores(),
                round.build());
    }
}
