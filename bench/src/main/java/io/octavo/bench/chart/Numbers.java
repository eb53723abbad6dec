package io.octavo.bench.chart;

import java.math.BigDecimal;
import java.math.MathContext;

/// Numbers as they stand in a chart: three digits that count, `k`, `M` and `G` for large ones.
final class Numbers {
    private static final MathContext DIGITS = new MathContext(3);
    private static final String[] SUFFIXES = {"", " k", " M", " G"};
    private static final double STEP = 1_000;

    private Numbers() {}

    static String show(double value) {
        BigDecimal rounded = new BigDecimal(value).round(DIGITS);
        int suffix = 0;
        while (rounded.abs().doubleValue() >= STEP && suffix < SUFFIXES.length - 1) {
            rounded = rounded.movePointLeft(3);
            suffix++;
        }
        String digits = rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
        return digits + SUFFIXES[suffix];
    }
}
