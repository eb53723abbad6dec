package io.octavo.broker.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Finds what a person probably meant.
final class NearestName {
    /// A name further away than a third of its length is a guess, not a correction.
    private static final int PARTS = 3;

    private NearestName() {}

    /// The candidate with the fewest changes of one letter from `name`; null when none is near.
    static @Nullable String of(String name, Collection<String> candidates) {
        String best = null;
        int bestDistance = Math.max(2, name.length() / PARTS) + 1;
        for (String candidate : candidates) {
            if (Math.abs(candidate.length() - name.length()) < bestDistance) {
                int distance = distance(name, candidate);
                if (distance < bestDistance) {
                    bestDistance = distance;
                    best = candidate;
                }
            }
        }
        return best;
    }

    /// Levenshtein's distance, row by row.
    private static int distance(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int i = 0; i < above.length; i++) {
            above[i] = i;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] current = new int[above.length];
            current[0] = row;
            for (int i = 1; i < current.length; i++) {
                int changed = above[i - 1] + (from.charAt(row - 1) == to.charAt(i - 1) ? 0 : 1);
                current[i] = Math.min(changed, Math.min(above[i], current[i - 1]) + 1);
            }
            above = current;
        }
        return above[to.length()];
    }
}
