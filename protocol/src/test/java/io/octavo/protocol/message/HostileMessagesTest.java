package io.octavo.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.octavo.ports.Randomness;
import io.octavo.protocol.message.GeneratedMessage.Component;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.MessageReader;
import io.octavo.protocol.wire.Reader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every message in every version, read from bytes that are not what they should be: a read ends in
/// a message or in a [MalformedFrame], and allocates no more than a small multiple of the input.
class HostileMessagesTest {
    private static final int SAMPLES = 6;
    private static final int LONG_LIST = 3000;
    private static final int GARBAGE = 100;
    private static final int GARBAGE_BYTES_MAX = 512;

    /// What a read may allocate: so many times the input, and a little to stand on.
    private static final int ALLOCATION_FACTOR = 16;

    private static final int ALLOCATION_BYTES_MIN = 64 * 1024;

    /// What counts and lengths are overwritten with: -1, 0, 2^31-1, -2^31 and such, in every width
    /// and as varints.
    private static final byte[][] LIES = {
        {-1, -1, -1, -1},
        {0, 0, 0, 0},
        {0x7f, -1, -1, -1},
        {-0x80, 0, 0, 0},
        {0, 0x7f, -1, -1},
        {-1, -1},
        {0, 0},
        {0x7f, -1},
        {0},
        {1},
        {0x7f},
        {-1, -1, -1, -1, 0x07},
        {-0x80, -0x80, -0x80, -0x80, 0x08},
        {-1, -1, -1, -1, 0x0f},
        {-1, -1, -1, -1, 0x7f},
        {-1, -1, 0x7f},
    };

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long reads;
    private long refused;
    private long allocatedMax;

    /// One version of one message, and bytes that are right.
    private final class Sample {
        final GeneratedMessage message;
        final int version;
        final byte[] bytes;
        private final MessageReader<Object> reader;

        private final Message right;

        Sample(GeneratedMessage message, int version, Message right) {
            this.message = message;
            this.version = version;
            this.right = right;
            this.bytes = GeneratedMessage.bytes(right, version);
            this.reader = message.reader();
        }

        /// @return the same message, with the first element of each list many times
        byte[] withLongLists() {
            List<@Nullable Object> values = new ArrayList<>();
            for (Component component : message.components()) {
                Object value = component.of(right);
                values.add(
                        value instanceof List<?> list && !list.isEmpty()
                                ? Collections.nCopies(LONG_LIST, list.getFirst())
                                : value);
            }
            return GeneratedMessage.bytes((Message) message.make(values), version);
        }

        /// Reads what may be wrong.
        ///
        /// @return whether a message was read
        boolean read(byte[] input, int length) {
            long limit = ALLOCATION_BYTES_MIN + (long) ALLOCATION_FACTOR * length;
            long before = THREADS.getCurrentThreadAllocatedBytes();
            boolean read = attempt(input, length);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (allocated > limit) {
                // Once more: the first time some code may have been linked.
                before = THREADS.getCurrentThreadAllocatedBytes();
                read = attempt(input, length);
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            }
            if (allocated > limit) {
                throw new AssertionError(
                        "%s allocated %d bytes for %d".formatted(this, allocated, length));
            }
            allocatedMax = Math.max(allocatedMax, allocated);
            reads++;
            refused += read ? 0 : 1;
            return read;
        }

        private boolean attempt(byte[] input, int length) {
            try {
                reader.read(new Reader(ByteBuffer.wrap(input, 0, length)), version);
                return true;
            } catch (MalformedFrame e) {
                return false;
            } catch (RuntimeException | Error e) {
                String hex = HexFormat.of().formatHex(input, 0, length);
                throw new AssertionError(this + " from " + hex, e);
            }
        }

        @Override
        public String toString() {
            return message + " version " + version;
        }
    }

    @Test
    void aMessageCutShortIsMalformed() {
        forEachSample(sample -> {
            for (int length = 0; length < sample.bytes.length; length++) {
                if (sample.read(sample.bytes, length)) {
                    throw new AssertionError(sample + " was read from " + length + " bytes");
                }
            }
        });
        report("Cut short at every byte");
    }

    @Test
    void countsAndLengthsThatLieDoNoHarm() {
        forEachSample(sample -> {
            for (byte[] lie : LIES) {
                for (int at = 0; at + lie.length <= sample.bytes.length; at++) {
                    byte[] input = sample.bytes.clone();
                    System.arraycopy(lie, 0, input, at, lie.length);
                    sample.read(input, input.length);
                }
            }
        });
        report("Overwritten at every byte");
    }

    @Test
    void garbageDoesNoHarm() {
        Randomness random = Randomness.seeded(4);
        forEachSample(sample -> {
            for (int i = 0; i < GARBAGE; i++) {
                byte[] input = new byte[random.nextInt(GARBAGE_BYTES_MAX)];
                // Small numbers get further than evenly spread ones.
                int bound = random.nextInt(2) == 0 ? 256 : 1 + random.nextInt(5);
                for (int at = 0; at < input.length; at++) {
                    input[at] = (byte) random.nextInt(bound);
                }
                sample.read(input, input.length);
            }
        });
        report("Garbage");
    }

    @Test
    void longListsOfSmallElementsTakeLittleMemory() {
        forEachSample(sample -> {
            byte[] input = sample.withLongLists();
            sample.read(input, input.length);
        });
        report("Lists of %,d elements".formatted(LONG_LIST));
    }

    private void forEachSample(Consumer<Sample> test) {
        for (GeneratedMessage message : GeneratedMessage.all()) {
            KafkaMessage kafkas = KafkaMessage.of(message).orElse(null);
            for (int v = message.versions().min(); v <= message.versions().max(); v++) {
                for (int seed = 0; seed < SAMPLES; seed++) {
                    Message random =
                            new RandomMessages(kafkas, Randomness.seeded(seed), true)
                                    .next(message, v);
                    Sample sample = new Sample(message, v, random);
                    // The first read also loads classes, which is not the input's doing.
                    assertThat(sample.read(sample.bytes, sample.bytes.length)).isTrue();
                    test.accept(sample);
                }
            }
        }
    }

    private void report(String what) {
        assertThat(refused).isPositive().isLessThan(reads);
        System.out.printf(
                "%s: %,d reads, %,d malformed, at most %,d bytes allocated by one%n",
                what, reads, refused, allocatedMax);
    }
}
