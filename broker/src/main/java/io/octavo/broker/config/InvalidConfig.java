package io.octavo.broker.config;

import java.util.List;

/// Settings that a broker cannot start with. The message is for the person who wrote them: one line
/// for each problem, what was set, where, and what to do.
public final class InvalidConfig extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param problems at least one line
    public InvalidConfig(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
