package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class OutputTest {
    @Test
    void whatIsPrintedArrives() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Output output = new Output(printed, StandardCharsets.UTF_8, false);

        output.print("a");

        assertThat(output.arrives()).isTrue();
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("a");
    }

    @Test
    void whatCannotBeWrittenIsAFailure() {
        Output output = failing("No space left on device", false);

        output.print("a");

        assertThatThrownBy(output::arrives)
                .isInstanceOf(Failure.class)
                .hasMessage("cannot write the output: No space left on device");
    }

    @Test
    void thatNobodyReadsAnyMoreIsNoFailure() {
        Output pipe = failing("Datenübergabe unterbrochen (broken pipe)", true);
        Output other = failing("Broken pipe", false);

        pipe.print("a");
        other.print("a");

        assertThat(pipe.arrives()).isFalse();
        assertThat(other.arrives()).isFalse();
    }

    /// One that nothing can be written to.
    static Output failing(String message, boolean pipe) {
        OutputStream target =
                new OutputStream() {
                    @Override
                    public void write(int one) throws IOException {
                        throw new IOException(message);
                    }
                };
        return new Output(target, StandardCharsets.UTF_8, pipe);
    }
}
