/// Charts: figures in, the text of an SVG file out. What is drawn is readable in light and in dark
/// surroundings, says its units, and shows the lowest and the highest of repeated runs.
///
/// Imports `measure` for [io.octavo.bench.measure.Spread] and nothing else of the bench. Everything
/// is a value: any thread, no files. Read [BarChart] first, then [LineChart]; [Svg] holds the look.
@NullMarked
package io.octavo.bench.chart;

import org.jspecify.annotations.NullMarked;
