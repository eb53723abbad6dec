package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.client.ConsumerRecord;
import io.octavo.client.Position;
import io.octavo.client.TopicPartition;
import io.octavo.protocol.record.Header;
import io.octavo.protocol.record.TimestampType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTest {
    private static final ConsumerRecord RECORD =
            record(bytes("k"), bytes("grün"), List.of(new Header("h", bytes("1"))));

    @Test
    void aFormatMayShowEverythingOfARecord() {
        assertThat(printed("%t/%p@%o %T %k=%s [%h] %K %S 100%%\\t\\\\\\n", RECORD))
                .isEqualTo("logs/3@42 1700000000000 k=grün [h=1] 1 5 100%\t\\\n");
    }

    @Test
    void whatARecordDoesNotHaveIsEmptyAndOfLengthMinusOne() {
        assertThat(printed("<%k><%s><%h>%K %S", record(null, null, List.of())))
                .isEqualTo("<><><>-1 -1");
    }

    @Test
    void aLetterThatIsNotKnownIsNamedWithThoseThatAre() {
        assertThatThrownBy(() -> RecordFormat.parse("%q"))
                .hasMessageContaining("%q")
                .hasMessageContaining("t p o");
    }

    @Test
    void jsonShowsTextAsTextAndOtherBytesAsBase64() {
        ByteBuffer noText = ByteBuffer.wrap(new byte[] {(byte) 0xff, 0});

        assertThat(RecordPrinter.json(record(null, noText, List.of(new Header("h", bytes("1"))))))
                .isEqualTo(
                        """
                        {"topic":"logs","partition":3,"offset":42,"timestamp":1700000000000,\
                        "key":null,"value":{"base64":"/wA="},\
                        "headers":[{"name":"h","value":"1"}]}\
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "a:b:c | : | a | b:c",
                "a\tb | \\t | a | b",
                "a::b | :: | a | b",
                ":b | : | '' | b",
                "a: | : | a | ''",
                "ab | : | NONE | ab",
                "'' | : | NONE | ''",
            },
            delimiter = '|',
            nullValues = "NONE")
    void theKeyStandsBeforeTheFirstSeparator(
            String line, String separator, @Nullable String key, String value) {
        KeySeparator.Split split = KeySeparator.of(separator).split(bytes(line));

        assertThat(split.key()).isEqualTo(key == null ? null : bytes(key));
        assertThat(split.value()).isEqualTo(bytes(value));
    }

    @Test
    void timesAreMillisecondsOrIso8601() {
        assertThat(From.timestamp("1700000000000")).isEqualTo(Position.since(1_700_000_000_000L));
        assertThat(From.timestamp("2023-11-14T22:13:20Z"))
                .isEqualTo(Position.since(1_700_000_000_000L));
        assertThat(From.timestamp("2023-11-14T23:13:20+01:00"))
                .isEqualTo(Position.since(1_700_000_000_000L));
        assertThat(From.timestamp("2023-11-14")).isEqualTo(From.timestamp("2023-11-14T00:00"));
    }

    /// The zone would be that of the machine; a day that does not exist, another.
    @Test
    void aDayHasItsZoneAndExists() {
        assertThat(From.timestamp("2023-11-14+05:30"))
                .isEqualTo(From.timestamp("2023-11-14T00:00+05:30"));
        assertThatThrownBy(() -> From.timestamp("2026-02-31"))
                .hasMessageContaining("'2026-02-31' is no time");
    }

    @Test
    void aYearOrADateWithoutHyphensIsNotTakenForMilliseconds() {
        assertThatThrownBy(() -> From.timestamp("2026"))
                .hasMessageContaining("'2026' would be 1970-01-01T00:00:02.026Z")
                .hasMessageContaining("write 2026-01-31");
        assertThatThrownBy(() -> From.timestamp("20260131")).hasMessageContaining("1970-01-01");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "1234567, 1.2 MB",
        "9950000, 10 MB",
        "12345678, 12 MB",
        "999999, 1.0 MB",
        "9223372036854775807, 9.2 EB",
    })
    void sizesHaveTwoDigitsThatCount(long bytes, String shown) {
        assertThat(Amount.bytes(bytes)).isEqualTo(shown);
    }

    @Test
    void oneIsNotPlural() {
        assertThat(Amount.of(1, "record")).isEqualTo("1 record");
        assertThat(Amount.of(12_345, "record")).isEqualTo("12 345 records");
    }

    @Test
    void aTableShowsNothingThatATerminalObeys() {
        TextTable table = new TextTable("NAME");
        table.row("a\u001b[2Jb\nc");

        assertThat(table.lines()).containsExactly("NAME", "a?[2Jb?c");
    }

    @Test
    void numbersStandToTheRightInATable() {
        TextTable table = new TextTable("TOPIC", "RECORDS", "CODEC");
        table.row("a", 1_234, "none");
        table.row("clicks", 5, "zstd");

        assertThat(table.lines())
                .containsExactly(
                        "TOPIC    RECORDS   CODEC",
                        "a          1 234   none",
                        "clicks         5   zstd");
    }

    private static String printed(String format, ConsumerRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordFormat.parse(format).print(record, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ConsumerRecord record(
            @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<Header> headers) {
        return new ConsumerRecord(
                new TopicPartition("logs", 3),
                42,
                1_700_000_000_000L,
                TimestampType.CREATE_TIME,
                key,
                value,
                headers,
                0);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
