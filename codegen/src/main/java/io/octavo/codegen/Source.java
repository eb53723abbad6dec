package io.octavo.codegen;

import java.util.List;

/// Java source as it grows: lines, indented by the braces they open and close.
final class Source {
    private static final int COLUMNS = 100;

    private final StringBuilder text = new StringBuilder();
    private int depth;

    /// Appends a line. One that begins with a closing brace moves left, one that ends with an
    /// opening brace moves what follows right.
    Source line(String line) {
        if (line.startsWith("}")) {
            depth--;
        }
        text.append(line.isEmpty() ? "" : "    ".repeat(depth) + line).append('\n');
        if (line.endsWith("{")) {
            depth++;
        }
        return this;
    }

    /// Appends `head`, the `items` with commas between, and `tail`: on one line if they fit, or
    /// else as many on each further line as do.
    Source list(String head, List<String> items, String tail) {
        String all = head + String.join(", ", items) + tail;
        if (width(all) <= COLUMNS) {
            return line(all);
        }
        line(head);
        depth += 2;
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            String item = items.get(i) + (i < items.size() - 1 ? "," : "");
            if (!row.isEmpty() && width(row + " " + item) > COLUMNS) {
                line(row.toString());
                row.setLength(0);
            }
            row.append(row.isEmpty() ? "" : " ").append(item);
        }
        line(row + tail);
        depth -= 2;
        return this;
    }

    /// Appends a documentation comment, folded to the width of the page.
    ///
    /// @param indent what further lines begin with
    Source doc(String words, String indent) {
        StringBuilder row = new StringBuilder("///");
        for (String word : words.strip().split("\\s+", -1)) {
            if (width(row + " " + word) > COLUMNS) {
                line(row.toString());
                row = new StringBuilder("///").append(indent);
            }
            row.append(' ').append(word);
        }
        return line(row.toString());
    }

    private int width(String line) {
        return 4 * depth + line.length();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
