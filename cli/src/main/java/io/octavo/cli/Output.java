package io.octavo.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where results are printed. It knows what went wrong, of which a [PrintStream] only says that
/// something did. Safe for any thread.
final class Output extends PrintStream {
    private final Noting target;
    private final boolean pipe;

    /// @param pipe whether another program reads it
    Output(OutputStream target, Charset charset, boolean pipe) {
        this(new Noting(target), charset, pipe);
    }

    private Output(Noting target, Charset charset, boolean pipe) {
        super(new BufferedOutputStream(target), true, charset);
        this.target = target;
        this.pipe = pipe;
    }

    /// Prints JSON, and ends the line: UTF-8, whatever the language of the terminal.
    void json(String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        write(bytes, 0, bytes.length);
    }

    /// Whether what was printed so far has gone to where it is read or kept.
    ///
    /// @return false when nobody reads it any more, which is no failure
    /// @throws Failure when it cannot be written
    boolean arrives() {
        boolean failed = checkError();
        IOException problem = target.problem;
        if (problem != null && !isReaderGone(problem)) {
            throw new Failure("cannot write the output: " + problem.getMessage());
        }
        return !failed;
    }

    /// The system says so in the user's language, but nothing else goes wrong with a pipe.
    private boolean isReaderGone(IOException problem) {
        return pipe || "Broken pipe".equals(problem.getMessage());
    }

    /// Keeps the first problem.
    private static final class Noting extends OutputStream {
        private final OutputStream target;
        volatile @Nullable IOException problem;

        Noting(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                target.write(bytes, from, count);
            } catch (IOException e) {
                throw noted(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                target.flush();
            } catch (IOException e) {
                throw noted(e);
            }
        }

        private IOException noted(IOException e) {
            if (problem == null) {
                problem = e;
            }
            return e;
        }
    }
}
