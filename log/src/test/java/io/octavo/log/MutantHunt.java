package io.octavo.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/// Enumerates crash states until a promise is broken. Made and asked in a class loader of its own,
/// by [MutantsTest].
public final class MutantHunt implements Supplier<String> {
    private static final int WORKLOADS_MAX = 40;

    /// @return which promise was broken, and after how many states
    @Override
    public String get() {
        CrashEnumeration enumeration = new CrashEnumeration(0);
        try {
            for (int seed = 1; seed <= WORKLOADS_MAX; seed++) {
                enumeration.run(seed, CrashEnumeration.STEPS);
            }
        } catch (Broken broken) {
            return "found by "
                    + broken.promise()
                    + " after "
                    + enumeration
                    + "\n"
                    + broken.getMessage();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "not found: " + enumeration;
    }
}
