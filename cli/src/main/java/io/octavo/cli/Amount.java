package io.octavo.cli;

import java.util.Locale;

/// Numbers as people read them.
final class Amount {
    private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final int STEP = 1_000;
    private static final int DECIMALS_BELOW = 10;

    private Amount() {}

    /// `1 234 567`
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count).replace(',', ' ');
    }

    /// `1 record`, `2 records`
    static String of(long count, String one) {
        return count(count) + " " + one + (count == 1 ? "" : "s");
    }

    /// `999 B`, `1.2 kB`, `12 MB`: powers of ten, as disks and networks are sold.
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP - 0.5 && unit < BYTE_UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        String format = unit > 0 && value < DECIMALS_BELOW - 0.05 ? "%.1f %s" : "%.0f %s";
        return String.format(Locale.ROOT, format, value, BYTE_UNITS[unit]);
    }
}
