package io.octavo.cli;

import java.util.Arrays;

/// Where the `octavo` command begins.
///
/// Exit codes: 0 all went well, 1 a failure that the user can do something about (a line says
/// what), 2 the command line was not understood, 70 a fault of the program or of the machine.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int code = 0;
        if (args.length > 0 && args[0].equals("server")) {
            try {
                new ServerVerb(System.out, System.err)
                        .run(Arrays.asList(args).subList(1, args.length));
            } catch (Failure failure) {
                failure.lines().forEach(line -> System.err.println("octavo: " + line));
                code = failure.exitCode();
            } catch (RuntimeException | Error fault) {
                fault.printStackTrace();
                code = Verbs.FAULT;
            }
        } else {
            code = Verbs.run(Streams.system(), args);
        }
        System.out.flush();
        System.exit(code);
    }
}
