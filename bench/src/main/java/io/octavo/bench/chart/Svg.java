package io.octavo.bench.chart;

import java.util.List;
import java.util.Locale;

/// An SVG picture while it is drawn, and the look that all charts share. Elements have classes, and
/// one style sheet gives these their colours: one set for readers who want it light, one for those
/// who want it dark. Each picture has its own background, because a page need not follow the same
/// wish as the picture on it.
///
/// Of several series the last is the one that a chart is about, and has the strong colour.
final class Svg {
    static final int WIDTH = 760;
    static final int MARGIN = 16;

    /// Between the baselines of two lines of text.
    static final int LINE = 20;

    /// From an axis down to the baseline of its label, the marks between them.
    static final int LABEL_BELOW = 38;

    /// Series beyond these would look like one another.
    static final int SERIES_MAX = 7;

    /// About what a letter takes on average; how wide it is, only the reader's machine knows.
    private static final double LETTER = 6.8;

    private static final int SWATCH = 11;

    private static final String STYLE =
            """
            text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
            .title{font-size:16px;font-weight:600}
            .note,.mark{font-size:12px;fill:#59636e}
            .end{text-anchor:end}
            .middle{text-anchor:middle}
            .paper{fill:#ffffff}
            .grid{stroke:#d8dee4}
            .axis{stroke:#818b98}
            .extremes{stroke:#1f2328;stroke-opacity:.55}
            .line{fill:none;stroke-width:2}
            .s0{fill:#9aa3ad;stroke:#9aa3ad}
            .s1{fill:#c69026;stroke:#c69026}
            .s2{fill:#57a773;stroke:#57a773}
            .s3{fill:#a37acc;stroke:#a37acc}
            .s4{fill:#c9755d;stroke:#c9755d}
            .s5{fill:#54aeff;stroke:#54aeff}
            .strong{fill:#0969da;stroke:#0969da}
            .line.s0,.line.s1,.line.s2,.line.s3,.line.s4,.line.s5,.line.strong{fill:none}
            @media (prefers-color-scheme:dark){
            text{fill:#e6edf3}
            .note,.mark{fill:#9198a1}
            .paper{fill:#0d1117}
            .grid{stroke:#2a313c}
            .axis{stroke:#656c76}
            .extremes{stroke:#e6edf3}
            .s0{fill:#7d8590;stroke:#7d8590}
            .strong{fill:#58a6ff;stroke:#58a6ff}
            }
            """;

    private final StringBuilder body = new StringBuilder();

    /// Title, note and legend, from the top.
    ///
    /// @return where what is below them begins
    int heading(Heading heading, List<String> series) {
        if (series.isEmpty() || series.size() > SERIES_MAX) {
            throw new IllegalArgumentException(
                    "'%s' has %d series; a chart shows 1 to %d"
                            .formatted(heading.title(), series.size(), SERIES_MAX));
        }
        int y = MARGIN + LINE / 2;
        text("title", MARGIN, y, heading.title());
        if (!heading.note().isEmpty()) {
            y += LINE;
            text("note", MARGIN, y, heading.note());
        }
        if (series.size() > 1) {
            y = legend(series, y + LINE + LINE / 4);
        }
        return y + LINE;
    }

    /// In as many lines as it takes.
    ///
    /// @return the baseline of the last
    private int legend(List<String> series, int top) {
        int y = top;
        double x = MARGIN;
        for (int i = 0; i < series.size(); i++) {
            double width = SWATCH + LINE / 4.0 + width(series.get(i));
            if (x > MARGIN && x + width > WIDTH - MARGIN) {
                x = MARGIN;
                y += LINE;
            }
            rect(colour(i, series.size()), x, y - SWATCH + 1.0, SWATCH, SWATCH);
            text("name", x + SWATCH + LINE / 4.0, y, series.get(i));
            x += width + LINE;
        }
        return y;
    }

    /// The class of series `index` of `count`.
    static String colour(int index, int count) {
        return index == count - 1 ? "strong" : "s" + index;
    }

    /// About how wide a text is.
    static double width(String text) {
        return LETTER * text.length();
    }

    void text(String classes, double x, double y, String text) {
        body.append("<text class=\"%s\" x=\"%s\" y=\"%s\">".formatted(classes, show(x), show(y)))
                .append(escaped(text))
                .append("</text>\n");
    }

    /// A text that is read from below upwards, its middle at `x`, `y`.
    void uprightText(String classes, double x, double y, String text) {
        body.append(
                        "<text class=\"%s middle\" transform=\"translate(%s %s) rotate(-90)\">"
                                .formatted(classes, show(x), show(y)))
                .append(escaped(text))
                .append("</text>\n");
    }

    void line(String classes, double x1, double y1, double x2, double y2) {
        body.append(
                "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
                        .formatted(classes, show(x1), show(y1), show(x2), show(y2)));
    }

    void rect(String classes, double x, double y, double width, double height) {
        body.append(
                "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>\n"
                        .formatted(classes, show(x), show(y), show(width), show(height)));
    }

    void circle(String classes, double x, double y, double radius) {
        body.append(
                "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n"
                        .formatted(classes, show(x), show(y), show(radius)));
    }

    /// @param points `x,y` with blanks between them
    void polyline(String classes, String points) {
        body.append("<polyline class=\"%s\" points=\"%s\"/>\n".formatted(classes, points));
    }

    /// The whole file.
    ///
    /// @param height down to where it was drawn
    String document(Heading heading, double height) {
        String size = "%d %s".formatted(WIDTH, show(height));
        return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s" width="%s" height="%s" role="img">
        <title>%s</title>
        <desc>%s</desc>
        <style>
        %s</style>
        <rect class="paper" width="100%%" height="100%%"/>
        %s</svg>
        """
                .formatted(
                        size,
                        WIDTH,
                        show(height),
                        escaped(heading.title()),
                        escaped(heading.note()),
                        STYLE,
                        body);
    }

    /// Tenths of a pixel are enough.
    static String show(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
