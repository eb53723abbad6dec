package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octavo.cli.DemoActivity.Kind;
import io.octavo.ports.Randomness;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DemoSourceTest {
    private static final int PER_SECOND = 10;

    private final DemoTally tally = new DemoTally("topic", 1);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEventIsJsonUnderItsMember(Kind kind) throws Exception {
        DemoActivity activity = new DemoActivity(kind, tally, PER_SECOND, Randomness.seeded(1));

        for (int i = 0; i < 1_000; i++) {
            DemoSource.Content content = activity.next();
            JsonNode event = new ObjectMapper().readTree(text(content.value()));
            assertThat(event.get("event").asInt()).isEqualTo(i);
            assertThat(content.key()).isEqualTo(bytes(event.get("member").asText()));
        }
    }

    @Test
    void aFileIsReadOnceLineByLine(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("a.txt"), "one\ntwo\n");

        try (DemoFile lines = new DemoFile(file, tally, PER_SECOND)) {
            assertThat(lines.next()).isEqualTo(new DemoSource.Content(null, bytes("one")));
            assertThat(lines.next()).isEqualTo(new DemoSource.Content(null, bytes("two")));
            assertThat(lines.next()).isNull();
        }
    }

    @Test
    void aTopicIsCalledAsItsFileAsFarAsItMayBe() {
        assertThat(DemoFile.topic(Path.of("/var/log/my app.log"))).isEqualTo("my-app.log");
        assertThat(DemoFile.topic(Path.of(".."))).isEqualTo("file");
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.slice()).toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
