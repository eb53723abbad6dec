package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    @Test
    void aLineIsWhatStandsBeforeALineFeed() throws Exception {
        assertThat(lines("one\ntwo\r\n\nfour\n", 100)).containsExactly("one", "two\r", "", "four");
    }

    @Test
    void aLastLineWithoutALineFeedCounts() throws Exception {
        assertThat(lines("one\ntwo", 100)).containsExactly("one", "two");
    }

    @Test
    void anEmptyInputHasNoLines() throws Exception {
        assertThat(lines("", 100)).isEmpty();
    }

    @Test
    void linesLongerThanTheBufferAndInDripsComeWhole() throws Exception {
        String large = "x".repeat(200_000);

        assertThat(lines("a\n" + large + "\nb", 1_000_000)).containsExactly("a", large, "b");
    }

    @Test
    void bytesThatAreNoTextStayAsTheyAre() throws Exception {
        byte[] bytes = {(byte) 0xff, 0, (byte) 0x80, '\n'};

        ByteBuffer line = new LineReader(new ByteArrayInputStream(bytes), 100).next();

        assertThat(line).isEqualTo(ByteBuffer.wrap(bytes, 0, 3));
    }

    @Test
    void aLineThatIsTooLongIsRefusedByItsNumber() {
        assertThatThrownBy(() -> lines("a\n" + "x".repeat(200_000), 1_000))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("line 2 is longer than 1.0 kB");
    }

    /// Reads with at most 1 000 bytes at a time, as from a pipe.
    private static List<String> lines(String text, int lineBytesMax) throws IOException {
        InputStream drips =
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
                    @Override
                    public synchronized int read(byte[] into, int from, int length) {
                        return super.read(into, from, Math.min(length, 1_000));
                    }
                };
        LineReader reader = new LineReader(drips, lineBytesMax);
        List<String> lines = new ArrayList<>();
        for (ByteBuffer line = reader.next(); line != null; line = reader.next()) {
            lines.add(StandardCharsets.UTF_8.decode(line).toString());
        }
        assertThat(reader.lines()).isEqualTo(lines.size());
        return lines;
    }
}
