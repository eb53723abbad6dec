package io.octavo.codegen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir private Path directory;
    private Path schemas;
    private String schema;
    private Path note;

    @BeforeEach
    void writeSchema() throws IOException {
        schemas = Files.createDirectory(directory.resolve("schemas"));
        schema = resource("Note.json");
        Files.writeString(schemas.resolve("Note.json"), schema);
        note = directory.resolve("out/a/b/Note.java");
    }

    @Test
    void aSmallSchemaBecomesARecord() throws IOException {
        generate();
        assertThat(note).content().isEqualTo(resource("Note.java.txt"));
    }

    @Test
    void whatDidNotChangeIsNotWrittenAgain() throws IOException {
        generate();
        FileTime longAgo = FileTime.fromMillis(0);
        Files.setLastModifiedTime(note, longAgo);
        generate();
        assertThat(Files.getLastModifiedTime(note)).isEqualTo(longAgo);
        Files.writeString(schemas.resolve("Note.json"), schema.replace("Who", "The one who"));
        generate();
        assertThat(note).content().contains("The one who");
    }

    @Test
    void aMessageThatIsGoneIsDeleted() throws IOException {
        generate();
        Files.delete(schemas.resolve("Note.json"));
        generate();
        assertThat(note).doesNotExist();
    }

    @Test
    void ofRequestsOnlyThoseThatABrokerServesAreGenerated() throws IOException {
        writeApi("Fetch", "broker");
        writeApi("Vote", "controller");
        generate();
        String request = Files.readString(note.resolveSibling("FetchRequest.java"));
        assertThat(request.replaceAll("\\s+", " "))
                .contains("new Api<>(1, \"Fetch\", VERSIONS, Api.NEVER, false,");
        assertThat(note.resolveSibling("FetchResponse.java")).exists();
        assertThat(note.resolveSibling("VoteRequest.java")).doesNotExist();
    }

    @Test
    void aRequestWithoutItsResponseIsRefused() throws IOException {
        writeApi("Fetch", "broker");
        Files.delete(schemas.resolve("FetchResponse.json"));
        assertThatThrownBy(this::generate)
                .isInstanceOf(BadSchema.class)
                .hasMessageContaining("there is no FetchResponse with the same key and versions");
    }

    @Test
    void twoSchemasOfOneNameAreRefused() throws IOException {
        Files.writeString(schemas.resolve("Other.json"), schema);
        assertThatThrownBy(this::generate)
                .isInstanceOf(BadSchema.class)
                .hasMessageContaining("there are two Note");
    }

    private void generate() throws IOException {
        Main.generate(
                "a.b",
                directory.resolve("out"),
                List.of(schemas, directory.resolve("there-is-no-such-directory")));
    }

    private void writeApi(String name, String listener) throws IOException {
        for (String type : List.of("Request", "Response")) {
            String text =
                    """
                    { "apiKey": 1, "type": "%s", "name": "%s", "listeners": [ "%s" ],
                      "validVersions": "0", "flexibleVersions": "none", "fields": [] }
                    """
                            .formatted(type.toLowerCase(Locale.ROOT), name + type, listener);
            Files.writeString(schemas.resolve(name + type + ".json"), text);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = MainTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
    }
}
