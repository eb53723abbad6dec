package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Verbs that ask a broker. It has a topic `t` of two partitions, with three records in the first.
final class BrokerVerbsTest {
    @TempDir private Path data;
    private Node node;

    @BeforeEach
    void start() {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        node =
                new ServerVerb(nowhere, nowhere)
                        .open(
                                ServerOptions.parse(
                                        List.of(
                                                "--data",
                                                data.toString(),
                                                "--listen",
                                                "127.0.0.1:0")));
        assertThat(run("topic", "create", "t", "-p", "2").exitCode()).isZero();
        assertThat(Invocation.withInput("a\nb\nc\n", asking("produce", "t", "-p", "0")).exitCode())
                .isZero();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void beforeTheFirstGroupNoneExists() {
        Invocation invocation = run("group", "describe", "g");

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err()).contains("group g", "GROUP_ID_NOT_FOUND");
    }

    @Test
    void aGroupIsNotSentToAnOffsetThatIsNotThere() {
        for (String last : List.of("--dry-run", "-ojson")) {
            Invocation invocation =
                    run("group", "reset", "g", "-t", "t", "--to", "offset", "4", last);

            assertThat(invocation.exitCode()).isEqualTo(1);
            assertThat(invocation.out()).isEmpty();
            assertThat(invocation.err())
                    .contains("t-0 begins at offset 0 and ends at 3, and 4 is not between them");
        }
        assertThat(run("group", "reset", "g", "-t", "t", "--to", "offset", "3").err())
                .contains("t-1 begins at offset 0 and ends at 0, and 3 is not between them");
        assertThat(run("group", "describe", "g").err()).contains("GROUP_ID_NOT_FOUND");
        assertThat(
                        run("group", "reset", "g", "-t", "t", "-p", "0", "--to", "offset", "3")
                                .exitCode())
                .isZero();
    }

    @Test
    void partitionsThatDoNotExistAreNamed() {
        String text = "octavo: topic t has no partition 7, 99; it has 2, counted from 0\n";

        assertThat(run("consume", "t", "-p", "99", "-p", "0", "-p", "7").err()).isEqualTo(text);
        assertThat(run("group", "reset", "g", "-t", "t", "-p99", "-p0", "-p7", "--to", "end").err())
                .isEqualTo(text);
    }

    @Test
    void recordsThatCannotBePrintedEndWithAFailure() {
        Output full = OutputTest.failing("No space left on device", false);

        Invocation invocation = Invocation.into(full, asking("consume", "t"));

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err())
                .isEqualTo("octavo: cannot write the output: No space left on device\n");
    }

    @Test
    void whatCannotBeReadIsSaidInALine() {
        InputStream unreadable =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new AccessDeniedException("records.txt");
                    }

                    @Override
                    public int read(byte[] bytes, int from, int count) throws IOException {
                        return read();
                    }
                };
        Output out = new Output(OutputStream.nullOutputStream(), StandardCharsets.UTF_8, false);

        Invocation invocation = Invocation.with(unreadable, out, asking("produce", "t"));

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err()).isEqualTo("octavo: permission denied for records.txt\n");
    }

    private Invocation run(String... words) {
        return Invocation.of(asking(words));
    }

    private String[] asking(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--bootstrap", node.addresses().getFirst()));
        return all.toArray(String[]::new);
    }
}
