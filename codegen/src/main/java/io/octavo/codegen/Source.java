package io.octavo.codegen;

/// Java source as it grows: lines, indented by the braces they open and close, and folded at the
/// width of the page.
final class Source {
    private static final int COLUMNS = 100;
    private static final int INDENT = 4;

    /// What the further rows of a folded statement are indented by.
    private static final int CONTINUATION = 8;

    private final StringBuilder text = new StringBuilder();
    private int depth;

    /// Appends a line. One that begins with a closing brace moves left; one that ends with an
    /// opening brace moves what follows right. No string literal in it may hold a space.
    Source line(String line) {
        if (line.startsWith("}")) {
            depth--;
        }
        fold(line, " ".repeat(CONTINUATION));
        if (line.endsWith("{")) {
            depth++;
        }
        return this;
    }

    /// Appends a documentation comment.
    ///
    /// @param indent what further rows begin with
    Source doc(String words, String indent) {
        fold("/// " + words.strip().replaceAll("\\s+", " "), "/// " + indent);
        return this;
    }

    private void fold(String line, String continuation) {
        String rest = line;
        String indent = " ".repeat(INDENT * depth);
        while (indent.length() + rest.length() > COLUMNS) {
            int end = foldAt(rest, continuation.length(), COLUMNS - indent.length());
            if (end < 0) {
                break;
            }
            text.append(indent).append(rest, 0, end).append('\n');
            rest = continuation + rest.substring(end + 1);
        }
        text.append(rest.isEmpty() ? "" : indent + rest).append('\n');
    }

    /// @return the last space up to `last` that is a good place to fold at: in a comment any, in
    ///   code one after a comma or around an operator; -1 if there is none
    private static int foldAt(String row, int first, int last) {
        for (int at = row.lastIndexOf(' ', last); at > first; at = row.lastIndexOf(' ', at - 1)) {
            if (row.startsWith("///")
                    || ",=".indexOf(row.charAt(at - 1)) >= 0
                    || "?:&|".indexOf(row.charAt(at + 1)) >= 0) {
                return at;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
