package io.octavo.log;

import java.io.IOException;

/// Binary search among entries that have to be read.
final class EntrySearch {
    private EntrySearch() {}

    /// Says of an entry whether it lies before what is sought.
    interface Probe {
        boolean isBefore(int entry) throws IOException;
    }

    /// How many of `count` entries lie before; those that do come first.
    static int countBefore(int count, Probe probe) throws IOException {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (probe.isBefore(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
