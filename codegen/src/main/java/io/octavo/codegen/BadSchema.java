package io.octavo.codegen;

/// A schema says something that makes no sense, or that this generator does not support. The
/// message names the file, the place in it and what is wrong.
final class BadSchema extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadSchema(String where, String what) {
        super(where + ": " + what);
    }
}
