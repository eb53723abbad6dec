package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator sees of `octavo server`.
final class ServerProcessTest {
    private static final long END_WAIT_SECONDS = 20;

    @TempDir private Path directory;

    @Test
    void aStartPrintsOneLineThatSaysWhereAndHowLong() {
        try (OctavoProcess octavo = OctavoProcess.start(directory.resolve("data"))) {
            assertThat(octavo.child().output())
                    .hasLineCount(1)
                    .matches(
                            "octavo \\S+ ready on 127\\.0\\.0\\.1:\\d+, data in "
                                    + directory.resolve("data")
                                    + ", after \\d+ ms");
        }
    }

    @Test
    void itStopsWhenAskedAndLeavesTheDataToTheNext() {
        OctavoProcess first = OctavoProcess.start(directory.resolve("data"));
        assertThat(first.child().stop()).as(first.child().output()).isZero();
        OctavoProcess second = first.restart();
        assertThat(second.child().stop()).as(second.child().output()).isZero();
    }

    @Test
    void theDataOfARunningBrokerIsRefused() {
        try (OctavoProcess running = OctavoProcess.start(directory.resolve("data"))) {
            assertThat(refusal("--data", running.data().toString(), "--listen", "127.0.0.1:0"))
                    .contains(running.data().toString());
            assertThat(running.child().isAlive()).isTrue();
        }
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(refusal("--data", directory + "/data", "--listen", address))
                    .contains(address);
        }
    }

    @Test
    void aDataDirectoryThatCannotBeOneIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertThat(refusal("--data", file.toString(), "--listen", "127.0.0.1:0"))
                .contains(file.toString());
    }

    @Test
    void eachClientIsToldTheAddressItReachedTheBrokerBy() {
        try (OctavoProcess octavo =
                OctavoProcess.start(directory.resolve("data"), "listeners=PLAINTEXT://0.0.0.0:0")) {
            int port = octavo.port();
            for (String host : List.of("127.0.0.1", "127.0.0.2")) {
                Node node = brokerSeenFrom(host + ":" + port);
                assertThat(node.host()).isEqualTo(host);
                assertThat(node.port()).isEqualTo(port);
            }
        }
    }

    private static Node brokerSeenFrom(String address) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            return admin.describeCluster().nodes().get().iterator().next();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(address, e);
        }
    }

    /// The only line of a start that does not succeed.
    private static String refusal(String... arguments) {
        List<String> command = new ArrayList<>(List.of("server"));
        command.addAll(List.of(arguments));
        try (Child child = OctavoProcess.octavo(command)) {
            assertThat(child.exitCode(END_WAIT_SECONDS)).as(child.output()).isEqualTo(1);
            assertThat(child.output()).startsWith("octavo: ").hasLineCount(1);
            return child.output();
        }
    }
}
