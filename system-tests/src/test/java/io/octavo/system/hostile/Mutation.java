package io.octavo.system.hostile;

import io.octavo.ports.Randomness;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// Makes frames that nobody should send. The same seed makes the same frames.
final class Mutation {
    private static final int[] NUMBERS = {
        -1, 0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, 100_000, 1 << 20, 0x7fff, 0x80, 0xffffff
    };

    private final Randomness random;
    private final List<byte[]> requests;

    /// @param requests well-formed frames with their length
    Mutation(long seed, List<byte[]> requests) {
        random = Randomness.seeded(seed);
        this.requests = requests;
    }

    /// A frame with its length. Most can be read, and so reach a handler; one of ten cannot, and
    /// costs its connection; one of some hundred is not as long as it says.
    byte[] next() {
        boolean readable = random.nextInt(10) != 0;
        while (true) {
            byte[] frame = any();
            if (Requests.readable(frame) == readable) {
                return frame;
            }
        }
    }

    private byte[] any() {
        byte[] frame = mutated(pick().clone());
        ByteBuffer.wrap(frame)
                .putInt(0, random.nextInt(100) == 0 ? number() : frame.length - Integer.BYTES);
        return frame;
    }

    private byte[] mutated(byte[] frame) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> flipped(frame, 1);
            case 5, 6 -> flipped(frame, 2 + random.nextInt(7));
            case 7 -> Arrays.copyOf(frame, Integer.BYTES + random.nextInt(frame.length));
            case 8 -> overwritten(frame);
            case 9 -> crossed(frame, pick());
            case 10 -> varint(frame);
            default -> garbage();
        };
    }

    private byte[] flipped(byte[] frame, int bits) {
        for (int i = 0; i < bits; i++) {
            frame[position(frame)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return frame;
    }

    private byte[] overwritten(byte[] frame) {
        int at = position(frame);
        if (at + Integer.BYTES <= frame.length) {
            ByteBuffer.wrap(frame).putInt(at, number());
        }
        return frame;
    }

    private byte[] crossed(byte[] head, byte[] tail) {
        int from = position(head);
        byte[] crossed = Arrays.copyOf(head, Math.max(from, tail.length));
        if (from < tail.length) {
            System.arraycopy(tail, from, crossed, from, tail.length - from);
        }
        return crossed;
    }

    private byte[] varint(byte[] frame) {
        int at = position(frame);
        Arrays.fill(frame, at, Math.min(frame.length, at + 1 + random.nextInt(9)), (byte) 0xff);
        return frame;
    }

    private byte[] garbage() {
        byte[] frame = new byte[Integer.BYTES + random.nextInt(300)];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = (byte) random.nextLong();
        }
        return frame;
    }

    /// Behind the length.
    private int position(byte[] frame) {
        return Integer.BYTES + random.nextInt(frame.length - Integer.BYTES);
    }

    private int number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private byte[] pick() {
        return requests.get(random.nextInt(requests.size()));
    }
}
