package io.octavo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.ports.Randomness;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int FRAME_BYTES_MAX = 4 << 20;

    @Test
    void framesArriveWholeHoweverTheyAreCut() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            Randomness random = Randomness.seeded(seed);
            List<ByteBuffer> sent = new ArrayList<>();
            ByteBuffer wire = ByteBuffer.allocate(8 << 20);
            for (int i = 0; i < 20; i++) {
                int size = 4 + random.nextInt(i % 5 == 0 ? 600_000 : 300);
                ByteBuffer frame = ByteBuffer.allocate(size);
                for (int at = 0; at < size; at++) {
                    frame.put(at, (byte) random.nextLong());
                }
                sent.add(frame);
                wire.putInt(size).put(frame.duplicate());
            }
            Source source = new Source(wire.flip(), random);
            FrameReader reader = new FrameReader(FRAME_BYTES_MAX);
            List<ByteBuffer> received = new ArrayList<>();
            while (received.size() < sent.size()) {
                ByteBuffer frame = reader.next(source);
                if (frame != null) {
                    received.add(frame);
                }
            }
            assertThat(received).as("seed %d", seed).isEqualTo(sent);
        }
    }

    @Test
    void aFrameLargerThanTheFirstBufferGrowsToItsSize() throws IOException {
        ByteBuffer wire = ByteBuffer.allocate(4 + (3 << 20) + 1).putInt((3 << 20) + 1).rewind();
        Source source = new Source(wire, Randomness.seeded(9));
        FrameReader reader = new FrameReader(FRAME_BYTES_MAX);
        ByteBuffer frame = reader.next(source);
        while (frame == null) {
            frame = reader.next(source);
        }
        assertThat(frame.remaining()).isEqualTo((3 << 20) + 1);
    }

    @Test
    void aLengthThatIsNoFramesIsRefused() {
        for (int length : new int[] {3, 0, -1, FRAME_BYTES_MAX + 1, Integer.MAX_VALUE}) {
            ByteBuffer wire = ByteBuffer.allocate(100).putInt(length).rewind();
            assertThatThrownBy(() ->
                            new FrameReader(FRAME_BYTES_MAX)
                                    .next(new Source(wire, Randomness.seeded(0))))
                    .isInstanceOf(Unreadable.class)
                    .hasMessageContaining(Integer.toString(length));
        }
    }

    @Test
    void theEndOfTheChannelIsSaid() {
        ByteBuffer wire = ByteBuffer.allocate(50).putInt(100).rewind();
        Source source = new Source(wire, Randomness.seeded(0));
        FrameReader reader = new FrameReader(FRAME_BYTES_MAX);
        assertThatThrownBy(
                        () -> {
                            while (reader.next(source) == null) {
                                source.ended = true;
                            }
                        })
                .isInstanceOf(EOFException.class);
    }

    /// Gives its bytes in pieces of any size, nothing between some of them, then nothing or the
    /// end.
    private static final class Source implements ReadableByteChannel {
        private final ByteBuffer wire;
        private final Randomness random;
        boolean ended;

        Source(ByteBuffer wire, Randomness random) {
            this.wire = wire;
            this.random = random;
        }

        @Override
        public int read(ByteBuffer target) {
            if (!wire.hasRemaining()) {
                return ended ? -1 : 0;
            }
            int piece = random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(100_000);
            int count = Math.min(Math.min(piece, target.remaining()), wire.remaining());
            target.put(wire.slice(wire.position(), count));
            wire.position(wire.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
