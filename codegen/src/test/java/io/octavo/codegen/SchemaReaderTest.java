package io.octavo.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaReaderTest {
    @Test
    void aMessageWithoutVersionsIsNone() {
        String removed =
                """
                // A comment, as Kafka's schemas have them.
                { "apiKey": 4, "type": "request", "name": "LeaderAndIsrRequest",
                  "validVersions": "none" }
                """;
        assertThat(SchemaReader.read("LeaderAndIsrRequest.json", removed)).isNull();
    }

    @Test
    void structsInsideAreFoundByName() {
        Schema schema =
                read(
                        """
                        { "name": "Topics", "type": "[]Topic", "versions": "1+", "fields": [
                            { "name": "Owner", "type": "Broker", "versions": "0+" } ] }
                        """,
                        """
                        , "commonStructs": [ { "name": "Broker", "versions": "0+", "fields": [
                            { "name": "Id", "type": "int32", "versions": "0+" } ] } ]
                        """);
        assertThat(schema.structs()).containsOnlyKeys("Topic", "Broker");
        assertThat(schema.struct("Topic").versions()).isEqualTo(new Versions(1, 3));
        assertThat(schema.bytesMin(schema.struct("Topic"))).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "type": "int32"                                           | X.json: A: the property versions is missing
                    "type": "int33", "versions": "0+"                         | X.json: A: "int33" is no type
                    "type": "[][]int32", "versions": "0+"                     | lists of lists need a struct
                    "type": "[]bool", "versions": "0+"                        | lists of bool are not supported
                    "type": "int32", "versions": "0+", "nulable": "0+"        | the property nulable is not known
                    "type": "int32", "versions": "0+", "nullableVersions": "0+" | X.A: a int cannot be null
                    "type": "string", "versions": "0+", "default": "null"     | X.A: the default is null, but not every version allows null
                    "type": "int8", "versions": "0+", "default": "128"        | X.A: "128" is no default for byte
                    "type": "bool", "versions": "0+", "default": "yes"        | X.A: "yes" is no default for boolean
                    "type": "string", "versions": "0+", "default": "\\n"      | is no default for String
                    "type": "[]int32", "versions": "0+", "default": "1"       | is no default for List<Integer>
                    "type": "Nobody", "versions": "0+"                        | X.json: X.A: there is no struct Nobody
                    "type": "int32", "versions": "0+", "fields": []           | only a struct or a list of structs has fields
                    "type": "int32", "versions": "0+", "tag": 1               | a tagged field has a tag and taggedVersions
                    "type": "int32", "versions": "0+", "taggedVersions": "2+" | a tagged field has a tag and taggedVersions
                    "type": "int32", "versions": "1+", "taggedVersions": "1+", "tag": 0 | taggedVersions 1+ must be open
                    "type": "int32", "versions": "2+", "taggedVersions": "2-3", "tag": 0 | taggedVersions 2-3 must be open
                    "type": "int32", "versions": "0+", "taggedVersions": "2+", "tag": 0 | a field that became tagged later
                    "type": "records", "versions": "1+"                       | records must be there in every version
                    "type": "[]E", "versions": "0-1", "fields": []            | elements that may take no bytes cannot be bounded
                    """)
    void aFieldThatMakesNoSenseIsRefusedByName(String properties, String error) {
        assertThatThrownBy(() -> read("{ \"name\": \"A\", " + properties + " }", ""))
                .isInstanceOf(BadSchema.class)
                .hasMessageStartingWith("X.json")
                .hasMessageContaining(error);
    }

    @Test
    void aNameThatJavaDoesNotAllowIsRefused() {
        for (String name : new String[] {"Default", "HashCode", "Defaults", "Class"}) {
            String field =
                    "{ \"name\": \"" + name + "\", \"type\": \"int8\", \"versions\": \"0+\" }";
            assertThatThrownBy(() -> read(field, ""))
                    .hasMessage("X.json: a field cannot be called " + name);
        }
    }

    @Test
    void twoOfAKindAreRefused() {
        String field =
                """
                { "name": "A", "type": "int32", "versions": "2+", "taggedVersions": "2+", "tag": 0 }
                """;
        assertThatThrownBy(() -> read(field + "," + field, ""))
                .hasMessage("X.json: there are two fields A");
        assertThatThrownBy(() -> read(field + "," + field.replace("\"A\"", "\"B\""), ""))
                .hasMessage("X.json: there are two fields with tag 0");
        String struct =
                """
                { "name": "A", "type": "[]S", "versions": "0+", "fields": [
                    { "name": "I", "type": "int32", "versions": "0+" } ] }
                """;
        assertThatThrownBy(() -> read(struct + "," + struct.replace("\"A\"", "\"B\""), ""))
                .hasMessageContaining("there are two structs S");
    }

    @Test
    void aFileThatIsNoSchemaIsRefused() {
        assertThatThrownBy(() -> SchemaReader.read("X.json", "{"))
                .hasMessageStartingWith("X.json: not JSON");
        assertThatThrownBy(() -> SchemaReader.read("X.json", "{}"))
                .hasMessage("X.json: the property type is missing");
        assertThatThrownBy(() -> SchemaReader.read("X.json", "{ \"type\": \"metadata\" }"))
                .hasMessage("X.json: \"metadata\" is no type of message");
        assertThatThrownBy(() ->
                        SchemaReader.read(
                                "X.json", "{ \"type\": \"data\", \"validVersions\": \"0+\" }"))
                .hasMessage("X.json: validVersions must end somewhere");
    }

    private static Schema read(String fields, String more) {
        String text =
                """
                { "type": "data", "name": "X", "validVersions": "0-3", "flexibleVersions": "2+",
                  "fields": [ %s ] %s }
                """
                        .formatted(fields, more);
        return Objects.requireNonNull(SchemaReader.read("X.json", text));
    }
}
