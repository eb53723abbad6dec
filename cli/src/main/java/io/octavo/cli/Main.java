package io.octavo.cli;

/// Where the `octavo` command begins.
///
/// Exit codes: 0 all went well, 1 a failure that the user can do something about (one line says
/// what), 2 the command line was not understood, 70 a fault of the program itself.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int code = Verbs.run(System.out, System.err, args);
        System.out.flush();
        System.exit(code);
    }
}
