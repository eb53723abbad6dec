package io.octavo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.octavo.log.LogFiles;
import io.octavo.protocol.record.Compression;
import io.octavo.protocol.record.Header;
import io.octavo.protocol.record.RecordBatch;
import io.octavo.protocol.record.RecordBatchBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDumpTest {
    private static final long TIME = 1_700_000_000_000L;
    private static final long BASE = 100;

    @TempDir Path data;

    private Path segment;
    private byte[] first;
    private byte[] second;

    @BeforeEach
    void aSegmentOfTwoBatchesWithItsIndexes() throws IOException {
        Path partition = Files.createDirectory(data.resolve("clicks-0"));
        segment = partition.resolve("00000000000000000100.log");
        first = batch(BASE, Compression.NONE, "a", "b", "c");
        second = batch(BASE + 3, Compression.ZSTD, "d");
        write(first, second);
        ByteBuffer offsets = ByteBuffer.allocate(8).putInt(3).putInt(first.length);
        Files.write(partition.resolve("00000000000000000100.index"), offsets.array());
        ByteBuffer times = ByteBuffer.allocate(12).putLong(TIME + 2).putInt(2);
        Files.write(partition.resolve("00000000000000000100.timeindex"), times.array());
    }

    @Test
    void eachBatchHasItsLine() {
        Invocation dump = Invocation.of("log", "dump", segment.toString());

        assertThat(dump.exitCode()).isZero();
        assertThat(dump.out().lines().map(line -> line.strip().split(" {2,}", -1)[0]))
                .containsSequence("100-102", "103-103");
        assertThat(dump.out()).contains("zstd", "2023-11-14T22:13:20.002Z");
    }

    @Test
    void recordsAreShownBelowTheirBatch() {
        Invocation dump = Invocation.of("log", "dump", data.toString(), "--records");

        assertThat(dump.out()).contains("    101  key: b\n", "    103  key: d\n");
    }

    @Test
    void theDirectoriesMayBeSymbolicLinks() throws IOException {
        Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
        Path linked = elsewhere.resolve("linked-1");
        Files.createSymbolicLink(linked, data.resolve("clicks-0"));
        Path link = Files.createSymbolicLink(data.resolve("link"), elsewhere);
        Files.createDirectory(elsewhere.resolve("lost+found"));

        Invocation dump = Invocation.of("log", "dump", link.toString());

        assertThat(dump.exitCode()).as(dump.err()).isZero();
        assertThat(dump.out()).contains("linked-1").contains("100-102");
    }

    @Test
    void whatATerminalWouldActOnIsShownAsADot() throws IOException {
        RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE).baseOffset(BASE);
        ByteBuffer value = ByteBuffer.wrap("v\u001b[2J".getBytes(StandardCharsets.UTF_8));
        builder.append(TIME, null, value, List.of(new Header("h\u001b]\u009b", value)));
        write(bytes(builder.build()));

        Invocation dump = Invocation.of("log", "dump", segment.toString(), "--records");

        assertThat(dump.out()).contains("v.[2J  h.].=v.[2J").doesNotContain("\u001b", "\u009b");
    }

    /// As with `| head`: of a large log the rest is not read.
    @Test
    void itEndsWhenNobodyReadsItAnyMore() {
        Invocation dump =
                Invocation.into(
                        OutputTest.failing("Broken pipe", true), "log", "dump", data.toString());

        assertThat(dump.exitCode()).as(dump.err()).isZero();
    }

    @Test
    void jsonIsUtf8WhateverTheLanguageOfTheTerminal() throws IOException {
        write(batch(BASE, Compression.NONE, "\u00e9\u2192"));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Output output = new Output(printed, StandardCharsets.US_ASCII, false);

        Invocation.into(output, "log", "dump", segment.toString(), "-o", "json", "-r");

        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("\"value\":\"\u00e9\u2192\"");
    }

    @Test
    void asJsonEachBatchIsAnObjectOnALine() {
        Invocation dump = Invocation.of("log", "dump", segment.toString(), "-o", "json", "-r");

        assertThat(dump.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"file\":"));
        assertThat(dump.out())
                .contains("\"baseOffset\":103", "\"crcValid\":true", "\"value\":\"d\"");
    }

    @Test
    void aSoundSegmentIsVerified() {
        Invocation dump = Invocation.of("log", "dump", segment.toString(), "--verify");

        assertThat(dump.exitCode()).as(dump.err()).isZero();
        assertThat(dump.err()).isEqualTo("all well: 1 segment, batches: 2\n");
    }

    @Test
    void zerosBehindTheLastBatchAreSpaceTakenAhead() throws Exception {
        write(first, second, new byte[100_000]);

        Invocation dump = Invocation.of("log", "dump", segment.toString(), "--verify");

        assertThat(dump.exitCode()).as(dump.err()).isZero();
        assertThat(dump.out()).contains("100 kB taken ahead");
    }

    /// A broker ends the segment, and cuts the room behind its batches.
    @Test
    void aSegmentThatLosesItsRoomMeanwhileEndsWithItsBatches() throws Exception {
        int batches = first.length + second.length;
        for (int room : new int[] {1_000, 1 << 20}) {
            write(first, second, new byte[room]);
            try (SegmentWalk walk = SegmentWalk.open(LogFiles.system(), segment)) {
                assertThat(walk.next()).isNotNull();
                assertThat(walk.next()).isNotNull();
                try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                    file.truncate(batches);
                }

                assertThat(walk.next()).isNull();
                assertThat(walk.damage()).isNull();
                assertThat(walk.position()).isEqualTo(batches);
            }
        }
    }

    @Test
    void aBatchThatWasTornIsAProblem() throws Exception {
        write(first, second.length / 2, second);

        Invocation dump = Invocation.of("log", "dump", segment.toString());

        assertThat(dump.exitCode()).isEqualTo(1);
        assertThat(dump.err()).contains("are left", "1 problem found below");
    }

    @Test
    void aLengthThatIsWrongIsAProblemAndTakesNoMemory() throws Exception {
        int wrong = 200 << 20;
        ByteBuffer.wrap(second).putInt(RecordBatch.LENGTH_AT, wrong);
        write(first, second);
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), wrong + (1 << 20));
        }

        try (SegmentWalk walk = SegmentWalk.open(LogFiles.system(), segment)) {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            assertThat(walk.next()).isNotNull();
            long before = threads.getCurrentThreadAllocatedBytes();

            assertThat(walk.next()).isNull();

            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
            assertThat(walk.damage()).contains("says it has " + (wrong + 12) + " bytes");
        }
    }

    @Test
    void aByteThatChangedIsAProblem() throws Exception {
        first[first.length - 2]++;
        write(first, second);

        Invocation dump = Invocation.of("log", "dump", segment.toString(), "--verify");

        assertThat(dump.exitCode()).isEqualTo(1);
        assertThat(dump.err()).contains("batch 100-102 is damaged");
    }

    @Test
    void aCompressedBatchThatCannotBeReadIsShownAsSuch() throws Exception {
        Arrays.fill(second, RecordBatch.HEADER_BYTES, second.length, (byte) 7);
        write(first, second);

        Invocation text = Invocation.of("log", "dump", segment.toString(), "-r");
        Invocation json = Invocation.of("log", "dump", segment.toString(), "-r", "-o", "json");

        assertThat(text.exitCode()).isZero();
        assertThat(text.out()).contains("    100  key: a", "    unreadable: ");
        assertThat(json.exitCode()).isZero();
        assertThat(json.out()).contains("\"crcValid\":false", "\"unreadable\":");
    }

    @Test
    void offsetsThatGoBackAreAProblem() throws Exception {
        write(second, first);

        Invocation dump = Invocation.of("log", "dump", segment.toString(), "--verify");

        assertThat(dump.err()).contains("batch 100-102 comes where offsets are from 104");
    }

    @Test
    void anIndexThatPointsBesideABatchIsAProblem() throws Exception {
        Files.write(
                segment.resolveSibling("00000000000000000100.index"),
                ByteBuffer.allocate(8).putInt(3).putInt(first.length + 1).array());

        Invocation dump = Invocation.of("log", "dump", segment.toString(), "--verify");

        assertThat(dump.exitCode()).isEqualTo(1);
        assertThat(dump.err()).contains("the offset index points to byte " + (first.length + 1));
    }

    @Test
    void aTimeIndexWithAnotherTimestampIsAProblem() throws Exception {
        Files.write(
                segment.resolveSibling("00000000000000000100.timeindex"),
                ByteBuffer.allocate(12).putLong(TIME + 1).putInt(2).array());

        Invocation dump = Invocation.of("log", "dump", segment.toString(), "--verify");

        assertThat(dump.err()).contains("the time index has " + (TIME + 1) + " at offset 102");
    }

    @Test
    void whatIsNoSegmentIsRefused() throws Exception {
        Path other = Files.writeString(data.resolve("other.log"), "text");

        assertThat(Invocation.of("log", "dump", other.toString()).err()).contains("is no segment");
        assertThat(Invocation.of("log", "dump", data + "/none").err()).contains("there is no");
        assertThat(Invocation.of("log", "dump", other.toString()).exitCode()).isEqualTo(1);
    }

    private void write(byte[]... parts) throws IOException {
        write(new byte[0], -1, parts);
    }

    /// @param lastLength how much of the last part is written, -1 for all
    private void write(byte[] start, int lastLength, byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(start);
        for (int i = 0; i < parts.length; i++) {
            boolean cut = lastLength >= 0 && i == parts.length - 1;
            all.write(parts[i], 0, cut ? lastLength : parts[i].length);
        }
        Files.write(segment, all.toByteArray());
    }

    private static byte[] batch(long baseOffset, Compression codec, String... values) {
        RecordBatchBuilder builder = new RecordBatchBuilder(codec).baseOffset(baseOffset);
        for (int i = 0; i < values.length; i++) {
            ByteBuffer value = ByteBuffer.wrap(values[i].getBytes(StandardCharsets.UTF_8));
            ByteBuffer key = ByteBuffer.wrap("key".getBytes(StandardCharsets.UTF_8));
            builder.append(TIME + i, key, value, List.of());
        }
        return bytes(builder.build());
    }

    private static byte[] bytes(ByteBuffer built) {
        byte[] bytes = new byte[built.remaining()];
        built.get(bytes);
        return bytes;
    }
}
