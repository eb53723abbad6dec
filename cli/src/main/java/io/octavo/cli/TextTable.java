package io.octavo.cli;

import java.util.ArrayList;
import java.util.List;

/// Columns for people: as wide as their widest cell, numbers to the right.
///
/// ```
/// TOPIC      PARTITIONS   RECORDS
/// activity            4   103 422
/// ```
final class TextTable {
    private static final String GAP = "   ";

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... head) {
        this.head = List.of(head);
    }

    /// @param cells as many as the head has; text, or numbers that are shown with [Amount#count]
    void row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Number number ? Amount.count(number.longValue()) : text(cell));
        }
        rows.add(row);
    }

    /// The lines, the head first; nothing trails.
    List<String> lines() {
        List<List<String>> all = new ArrayList<>();
        all.add(head);
        all.addAll(rows);
        int[] widths = new int[head.size()];
        boolean[] numeric = new boolean[head.size()];
        for (int column = 0; column < widths.length; column++) {
            numeric[column] = !rows.isEmpty();
            for (List<String> row : all) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
            for (List<String> row : rows) {
                numeric[column] &= isNumber(row.get(column));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                int padding = widths[column] - row.get(column).length();
                line.repeat(' ', numeric[column] ? padding : 0);
                line.append(row.get(column));
                line.repeat(' ', numeric[column] ? 0 : padding).append(GAP);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /// On one line, and nothing that a terminal would obey: names may be a stranger's.
    static String text(Object cell) {
        StringBuilder text = new StringBuilder(cell.toString());
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                text.setCharAt(i, '?');
            }
        }
        return text.toString();
    }

    private static boolean isNumber(String cell) {
        return !cell.isEmpty() && (Character.isDigit(cell.charAt(0)) || cell.equals("-"));
    }
}
