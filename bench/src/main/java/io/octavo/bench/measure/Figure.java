package io.octavo.bench.measure;

/// One thing that is measured, as it stands in the table. Smaller is better unless the label says
/// otherwise.
///
/// @param name for machines, in the JSON results
/// @param label for people, with the unit
/// @param decimals how many are worth showing
public record Figure(String name, String label, int decimals) {
    /// `value` with this figure's decimals.
    public String show(double value) {
        return String.format(java.util.Locale.ROOT, "%." + decimals + "f", value);
    }
}
