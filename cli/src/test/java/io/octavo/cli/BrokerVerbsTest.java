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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Verbs that ask a broker. It has a topic `t` of two partitions, with three records in the first.
final class BrokerVerbsTest {
    private static final int WAIT_SECONDS = 30;

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

    /// Somebody writes as fast as it goes.
    @Test
    void aMemberEndsAlthoughTheTopicGoesOn() {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> writing =
                CompletableFuture.runAsync(() -> {
                    while (!over.get()) {
                        Invocation.withInput("more\n", asking("produce", "t", "-p", "0"));
                        begun.countDown();
                    }
                });
        try {
            await(begun);
            CompletableFuture<Invocation> read =
                    CompletableFuture.supplyAsync(() -> run("consume", "t", "-g", "g"));

            assertThat(read.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join().exitCode()).isZero();
        } finally {
            over.set(true);
            writing.join();
        }
    }

    @Test
    void anExpressionThatMatchesNoTopicIsSaidToAtOnce() {
        Invocation invocation = run("consume", "-g", "g", "--topics-regex", "clikcs.*");

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err()).contains("no topic's whole name matches clikcs.*");
    }

    @Test
    void whoFollowsATopicReadsThePartitionsThatItIsGiven() {
        CountDownLatch lines = new CountDownLatch(3);
        OutputStream counting =
                new OutputStream() {
                    @Override
                    public void write(int one) {
                        if (one == '\n') {
                            lines.countDown();
                        }
                    }
                };
        Output out = new Output(counting, StandardCharsets.UTF_8, false);
        CompletableFuture<Invocation> following =
                CompletableFuture.supplyAsync(
                        () -> Invocation.into(out, asking("consume", "t", "-f", "-n", "4")));
        await(lines);

        assertThat(run("topic", "alter", "t", "-p", "3").exitCode()).isZero();
        Invocation.withInput("d\n", asking("produce", "t", "-p", "2"));

        assertThat(following.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join().exitCode()).isZero();
    }

    @Test
    void theLineThatIsRefusedIsNamed() {
        run("topic", "create", "small", "-p", "1", "--set", "max.message.bytes=1000");
        String large = "x".repeat(5_000);

        Invocation invocation =
                Invocation.withInput("a\n" + large + "\nb\n", asking("produce", "small"));

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err())
                .contains("line 2: ", "of 3 lines that were read, 2 were written");
    }

    @Test
    void aTerminalObeysNoGroupsName() {
        run("group", "reset", "x\ny\u001b", "-t", "t", "--to", "end");

        assertThat(run("group", "list").out()).isEqualTo("x?y?\n");
        assertThat(run("group", "describe", "x\ny\u001b").out()).startsWith("group x?y?, ");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
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
