package io.octavo.bench.chart;

/// What stands above a chart.
///
/// @param title what is shown, in a few words
/// @param note how it was measured, in a line; may be empty
public record Heading(String title, String note) {}
