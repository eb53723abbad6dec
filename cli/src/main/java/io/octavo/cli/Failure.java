package io.octavo.cli;

/// What stops a verb and its user can mend: [Main] prints the message as one line and exits with 1.
/// The message says what happened, to what, and what to do next.
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure(String message) {
        super(message, null, false, false);
    }
}
