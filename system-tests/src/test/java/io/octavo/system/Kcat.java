package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.system.Message.Line;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// kcat, which is librdkafka: the C library behind the clients of most languages.
///
/// @param scratch where files for it and from it are put
record Kcat(Path scratch) implements StockClient {
    private static final long RUN_WAIT_SECONDS = 60;
    private static final char KEY_END = '\1';

    @Override
    public void produce(String address, String topic, LogFile file, Codec codec, boolean keyed) {
        Path input = keyed ? numbered(file) : file.path();
        List<String> arguments =
                new ArrayList<>(List.of("-P", "-t", topic, "-z", codec.toString()));
        if (keyed) {
            arguments.addAll(List.of("-K", "\\x01", "-H", "from=" + file.name()));
        }
        arguments.addAll(List.of("-l", input.toString()));
        run(address, arguments);
    }

    @Override
    public List<Message> consume(String address, String topic) {
        return parse(
                run(
                        address,
                        List.of(
                                "-C",
                                "-t",
                                topic,
                                "-e",
                                "-q",
                                "-X",
                                "check.crcs=true",
                                "-X",
                                "fetch.wait.max.ms=20",
                                "-f",
                                "%p %o %K %S %h\n%k%s\n")));
    }

    /// Runs kcat and returns what it wrote to standard output.
    byte[] run(String address, List<String> arguments) {
        Path output = scratch.resolve("kcat.out");
        List<String> command = new ArrayList<>(List.of(Tools.kcat(), "-b", address));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectOutput(output.toFile());
        try (Child kcat = Child.startKeepingErrors("kcat", builder)) {
            assertThat(kcat.exitCode(RUN_WAIT_SECONDS)).as(command + "\n" + kcat.output()).isZero();
            return Files.readAllBytes(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The lines of `file`, each behind its number.
    private Path numbered(LogFile file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < file.lines().size(); i++) {
            bytes.writeBytes((Integer.toString(i) + KEY_END).getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(file.lines().get(i).bytes());
            bytes.write('\n');
        }
        try {
            return Files.write(scratch.resolve(file.name() + ".numbered"), bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `partition offset keyBytes valueBytes headers`, a line feed, the key and the value, a line
    /// feed.
    private static List<Message> parse(byte[] output) {
        List<Message> messages = new ArrayList<>();
        int at = 0;
        while (at < output.length) {
            int headEnd = at;
            while (output[headEnd] != '\n') {
                headEnd++;
            }
            String head = new String(output, at, headEnd - at, StandardCharsets.UTF_8);
            String[] fields = head.split(" ", -1);
            int keyBytes = Integer.parseInt(fields[2]);
            int valueAt = headEnd + 1 + Math.max(keyBytes, 0);
            int valueEnd = valueAt + Integer.parseInt(fields[3]);
            @Nullable String key =
                    keyBytes < 0
                            ? null
                            : new String(output, headEnd + 1, keyBytes, StandardCharsets.UTF_8);
            messages.add(
                    new Message(
                            Integer.parseInt(fields[0]),
                            Long.parseLong(fields[1]),
                            key,
                            new Line(Arrays.copyOfRange(output, valueAt, valueEnd)),
                            fields[4]));
            at = valueEnd + 1;
        }
        return messages;
    }
}
