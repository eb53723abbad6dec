package io.octavo.cli;

import java.util.List;

/// What stops a verb and its user can mend: [Main] prints the message and exits with the code. Each
/// of its lines says what happened, to what, and what to do next.
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private final int exitCode;

    Failure(String message) {
        this(message, FAILED);
    }

    /// The command line was not understood.
    static Failure ofUsage(String message) {
        return new Failure(message, USAGE);
    }

    private Failure(String message, int exitCode) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /// What to print, line by line.
    List<String> lines() {
        return String.valueOf(getMessage()).lines().toList();
    }

    int exitCode() {
        return exitCode;
    }
}
