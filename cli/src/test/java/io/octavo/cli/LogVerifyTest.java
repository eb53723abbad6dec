package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogVerifyTest {
    @TempDir Path data;
    private Path segment;

    @BeforeEach
    void aLogOfTwoBatches() throws IOException {
        segment = Files.createDirectory(data.resolve("clicks-0")).resolve("0".repeat(20) + ".log");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int offset = 0; offset < 2; offset++) {
            RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE);
            builder.append(1, null, ByteBuffer.wrap(new byte[10]), List.of());
            RecordBatch batch = new RecordBatch(builder.build());
            batch.stamp(offset, 0);
            byte[] bytes = new byte[batch.sizeBytes()];
            batch.bytes().get(bytes);
            all.writeBytes(bytes);
        }
        Files.write(segment, all.toByteArray());
    }

    @Test
    void whatIsSoundIsCounted() {
        Invocation verify = Invocation.of("log", "verify", data.toString());

        assertThat(verify.exitCode()).as(verify.err()).isZero();
        assertThat(verify.err()).contains("no damage: 1 log, 1 segment, batches: 2, ");
    }

    @Test
    void damageHasItsPlaceItsOffsetsAndWhatToDo() throws IOException {
        damageTheFirstBatch();

        String partition = Objects.requireNonNull(segment.getParent()).toString();
        Invocation verify = Invocation.of("log", "verify", partition);

        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out())
                .contains("damage: " + segment + " has lost offsets 0 to 0 (bytes 0 to ", "CRC");
        assertThat(verify.err()).contains("1 damaged range: ", "log verify --mark");
    }

    @Test
    void asJsonEachFindingIsAnObjectOnALine() throws IOException {
        damageTheFirstBatch();

        Invocation verify = Invocation.of("log", "verify", data.toString(), "-o", "json");

        assertThat(verify.exitCode()).isEqualTo(1);
        assertThat(verify.out().lines())
                .filteredOn(line -> line.contains("\"kind\":\"DAMAGE\""))
                .singleElement()
                .asString()
                .contains("\"from\":0,\"to\":1,\"position\":0,");
    }

    @Test
    void whatIsMarkedIsKnown() throws IOException {
        damageTheFirstBatch();

        Invocation.of("log", "verify", data.toString(), "--mark");
        Invocation verify = Invocation.of("log", "verify", data.toString(), "-o", "json");

        assertThat(verify.out()).contains("\"kind\":\"KNOWN_DAMAGE\"");
        assertThat(verify.err()).doesNotContain("--mark");
    }

    private void damageTheFirstBatch() throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        bytes[RecordBatch.HEADER_BYTES + 3]++;
        Files.write(segment, bytes);
    }
}
