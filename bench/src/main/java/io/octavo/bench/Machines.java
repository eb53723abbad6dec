package io.octavo.bench;

import java.util.ArrayList;
import java.util.List;

/// The machines that results were made on. What was measured on one says little beside what was
/// measured on another, so where there are several each has a letter, which stands with all that it
/// did.
///
/// @param all each once, in the order in which the results name them
record Machines(List<Machine> all) {
    static Machines of(List<Result> results) {
        return new Machines(results.stream().map(Result::machine).distinct().toList());
    }

    boolean several() {
        return all.size() > 1;
    }

    /// What stands behind the name of a result: its machine's letter, nothing where there is one
    /// machine only.
    String mark(Result result) {
        return several() ? " (" + letter(all.indexOf(result.machine())) + ")" : "";
    }

    /// For the head of a page.
    String text() {
        if (!several()) {
            return all.isEmpty() ? "" : all.getFirst() + ".\n";
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "Measured on several machines, each experiment on one, which its letter names:\n");
        for (int i = 0; i < all.size(); i++) {
            lines.add("- (" + letter(i) + ") " + all.get(i));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String letter(int index) {
        return Character.toString('A' + index);
    }
}
