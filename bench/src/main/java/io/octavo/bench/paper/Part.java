package io.octavo.bench.paper;

import java.util.ArrayList;
import java.util.List;

/// What came of sending, or of receiving, all messages once.
///
/// @param at the seconds from its beginning to each equal share of the messages; the last is its
///   end
/// @param cpuSeconds of the broker, around the client's whole run
record Part(List<Double> at, double cpuSeconds) {
    /// Two shares may end in one poll of a consumer; no clock here is finer than this.
    private static final double TICK_SECONDS = 1e-6;

    double perSecond(long messages) {
        return messages / at.getLast();
    }

    /// The rate within each share, in messages per second.
    List<Double> rates(long messages) {
        List<Double> rates = new ArrayList<>();
        double share = (double) messages / at.size();
        double before = 0;
        for (double seconds : at) {
            rates.add(share / Math.max(seconds - before, TICK_SECONDS));
            before = seconds;
        }
        return rates;
    }
}
