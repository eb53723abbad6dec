package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerbsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fly",
                "topic",
                "topic create",
                "topic create a --partitions many",
                "topic create a --replicas 65537",
                "topic create a --replicas 0",
                "topic alter a",
                "topic alter a --set x=1 --unset x",
                "topic delete",
                "produce",
                "produce a --compression brotli",
                "produce a --partition -1",
                "produce a --key-separator ",
                "consume a --from nowhere",
                "consume a --from offset",
                "consume a --from offset -3",
                "consume a --from timestamp noon",
                "consume a --from timestamp 2026",
                "consume a --format %q",
                "consume a --count 0",
                "group",
                "group describe",
                "group history",
                "group reset g --topic t",
                "group reset g --topic t --to nowhere",
                "group reset g --topic t --to timestamp 20260131",
                "log",
                "log dump",
            })
    void whatIsNotUnderstoodEndsWithTwoAndSaysHowItGoes(String words) {
        Invocation invocation = Invocation.of(words.split(" ", -1));

        assertThat(invocation.exitCode()).as(invocation.err()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err()).contains("Usage: octavo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "help",
                "--help",
                "--version",
                "version --help",
                "topic --help",
                "topic create --help",
                "produce --help",
                "consume --help",
                "group --help",
                "group reset --help",
                "log dump --help",
                "version",
            })
    void helpIsNoFailure(String words) {
        Invocation invocation = Invocation.of(words.split(" ", -1));

        assertThat(invocation.exitCode()).as(invocation.err()).isZero();
        assertThat(invocation.out()).isNotEmpty();
        assertThat(invocation.err()).isEmpty();
    }

    @Test
    void whereNoBrokerIsTheMessageSaysWhatToDo() throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = socket.getLocalPort();
        }
        String address = "localhost:" + unused;

        Invocation invocation = Invocation.of("topic", "list", "--bootstrap", address);

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err()).contains(address, "octavo server", "--bootstrap");
    }

    @Test
    void whatIsNoAddressIsNotUnderstood() {
        Invocation invocation = Invocation.of("topic", "list", "--bootstrap", ":9092");

        assertThat(invocation.exitCode()).isEqualTo(2);
        assertThat(invocation.err()).contains("--bootstrap: ':9092' is no address");
    }

    @Test
    void aDirectoryIsNoFileToReadRecordsFrom(@TempDir Path directory) {
        Invocation invocation = Invocation.of("produce", "a", "--file", directory.toString());

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err()).isEqualTo("octavo: " + directory + " is a directory\n");
    }

    @Test
    void whereTheOutputCannotBeWrittenNothingWentWell() {
        Output full = OutputTest.failing("No space left on device", false);

        Invocation invocation = Invocation.into(full, "version");

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err())
                .isEqualTo("octavo: cannot write the output: No space left on device\n");
    }

    @Test
    void whereNobodyReadsTheOutputAnyMoreThatIsNoFailure() {
        Output unread = OutputTest.failing("what the system says", true);

        Invocation invocation = Invocation.into(unread, "version");

        assertThat(invocation.exitCode()).isZero();
        assertThat(invocation.err()).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Invocation invocation = Invocation.of("produce", "a", "--file", "no/such.txt");

        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.err()).isEqualTo("octavo: there is no file no/such.txt\n");
    }
}
