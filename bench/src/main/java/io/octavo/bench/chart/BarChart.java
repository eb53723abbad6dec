package io.octavo.bench.chart;

import io.octavo.bench.measure.Spread;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Horizontal bars in groups: a group for each thing that was measured, in it a bar for each of
/// those that are compared. A thin line shows the lowest and the highest of several runs.
///
/// ```
///  Title
///  ■ Apache Kafka  ■ Octavo
///  100 B records  ████████████─ 3.61
///                 ███── 0.9
///                 0      1      2      3
///                    broker CPU per GB, s
/// ```
///
/// @param axis along which the bars grow: linear, because a bar's length is its value
/// @param series who is compared; the last is the one that the chart is about
/// @param groups from top to bottom
public record BarChart(Heading heading, Axis axis, List<String> series, List<Group> groups) {
    private static final int BAR = 13;
    private static final int BAR_GAP = 2;
    private static final int GROUP_GAP = 12;

    /// For the value behind the longest bar.
    private static final int VALUE_WIDTH = 56;

    /// One group of bars.
    ///
    /// @param bars one for each series, in their order; null where nothing was measured
    public record Group(String label, List<@Nullable Spread> bars) {}

    public BarChart {
        if (axis.kind() != Axis.Kind.LINEAR) {
            throw new IllegalArgumentException(
                    "bars of '" + heading.title() + "' need a linear axis");
        }
        for (Group group : groups) {
            if (group.bars().size() != series.size()) {
                throw new IllegalArgumentException(
                        "'%s' of '%s' has %d bars for %d series"
                                .formatted(
                                        group.label(),
                                        heading.title(),
                                        group.bars().size(),
                                        series.size()));
            }
        }
        series = List.copyOf(series);
        groups = List.copyOf(groups);
    }

    /// The text of the SVG file.
    ///
    /// @throws IllegalArgumentException when there is no bar in it
    public String svg() {
        Svg svg = new Svg();
        int top = svg.heading(heading, series) + GROUP_GAP / 2;
        Span span = axis.over(ends());
        double left = Svg.MARGIN * 2 + labelWidth();
        double length = Svg.WIDTH - left - VALUE_WIDTH - Svg.MARGIN;
        int groupHeight = series.size() * (BAR + BAR_GAP) - BAR_GAP;
        double bottom = top + groups.size() * (double) (groupHeight + GROUP_GAP);
        for (Axis.Mark mark : span.marks()) {
            double x = left + span.part(mark.at()) * length;
            svg.line("grid", x, top - GROUP_GAP / 2.0, x, bottom);
            svg.text("mark middle", x, bottom + Svg.LINE * 0.8, mark.text());
        }
        double y = top;
        for (Group group : groups) {
            double middle = y + groupHeight / 2.0 + GROUP_GAP / 3.0;
            svg.text("end", left - Svg.MARGIN / 2.0, middle, group.label());
            for (int i = 0; i < series.size(); i++) {
                bar(svg, i, group.bars().get(i), new Place(left, y, length, span));
                y += BAR + BAR_GAP;
            }
            y += GROUP_GAP - BAR_GAP;
        }
        svg.line("axis", left, top - GROUP_GAP / 2.0, left, bottom);
        svg.text("middle", left + length / 2, bottom + Svg.LABEL_BELOW, axis.label());
        return svg.document(heading, bottom + Svg.LABEL_BELOW + Svg.MARGIN);
    }

    private record Place(double left, double top, double length, Span span) {
        double x(double value) {
            return left + span.part(value) * length;
        }
    }

    private void bar(Svg svg, int index, @Nullable Spread spread, Place place) {
        double baseline = place.top() + BAR * 0.8;
        if (spread == null) {
            svg.text("note", place.left() + Svg.MARGIN / 4.0, baseline, "not measured");
            return;
        }
        double end = place.x(spread.median());
        String colour = "bar " + Svg.colour(index, series.size());
        svg.rect(colour, place.left(), place.top(), end - place.left(), BAR);
        double highest = place.x(spread.highest());
        if (spread.highest() > spread.lowest()) {
            double middle = place.top() + BAR / 2.0;
            svg.line("extremes", place.x(spread.lowest()), middle, highest, middle);
        }
        svg.text("mark", highest + Svg.MARGIN / 3.0, baseline, Numbers.show(spread.median()));
    }

    private List<Double> ends() {
        List<Double> ends = new ArrayList<>();
        for (Group group : groups) {
            for (Spread bar : group.bars()) {
                if (bar != null) {
                    ends.add(bar.lowest());
                    ends.add(bar.highest());
                }
            }
        }
        return ends;
    }

    private double labelWidth() {
        return groups.stream().mapToDouble(group -> Svg.width(group.label())).max().orElse(0);
    }
}
