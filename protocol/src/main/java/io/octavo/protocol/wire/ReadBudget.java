package io.octavo.protocol.wire;

/// What one message may cost the one who reads it: list elements, and heap. Every object is charged
/// before it is allocated.
///
/// The heap is counted as a 64-bit JVM with compressed references lays objects out. A field of a
/// struct takes at most four times as many bytes there as on the wire, what it refers to aside.
final class ReadBudget {
    /// Elements of all lists together. The largest honest message is a metadata answer for 100 000
    /// partitions with their replicas.
    static final int ELEMENTS_MAX = 1_000_000;

    /// Heap for each byte of input. Lists of distinct names of three characters stay below it; only
    /// a long list of shorter ones comes above.
    static final int HEAP_FACTOR = 16;

    /// Heap in any case, so that no short message is refused.
    private static final int HEAP_BYTES_MIN = 56 * 1024;

    private static final int REFERENCE_BYTES = 4;
    private static final int STRING_BYTES = 48;
    private static final int DECODER_BYTES = 48;
    private static final int BUFFER_BYTES = 80;
    private static final int BOX_BYTES = 24;
    private static final int STRUCT_BYTES = 16;
    private static final int LIST_OF_ONE_BYTES = 24;
    private static final int LIST_BYTES = 64;

    /// A list that grows is copied, by half again each time: three references an element in all.
    private static final int ELEMENT_BYTES = 3 * REFERENCE_BYTES;

    private int elementsLeft;
    private long heapBytesLeft;

    ReadBudget(int inputBytes) {
        this(ELEMENTS_MAX, (long) HEAP_FACTOR * inputBytes + HEAP_BYTES_MIN);
    }

    private ReadBudget(int elements, long heapBytes) {
        elementsLeft = elements;
        heapBytesLeft = heapBytes;
    }

    /// For who trusts the message; an element takes a byte at least, so that none has more.
    static ReadBudget unlimited() {
        return new ReadBudget(Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    /// @return what a struct of at least so many bytes takes
    static int structHeapBytes(int wireBytesMin) {
        return STRUCT_BYTES + REFERENCE_BYTES * wireBytesMin;
    }

    /// @return what a number takes as an object
    static int boxHeapBytes(int wireBytes) {
        return BOX_BYTES + wireBytes / 2;
    }

    /// @param elementHeapBytes what an element takes that is not charged for when it is read
    void list(int count, int elementHeapBytes) {
        elementsLeft -= count;
        if (elementsLeft < 0) {
            throw new MalformedFrame("more than " + ELEMENTS_MAX + " list elements");
        }
        if (count == 1) {
            charge(LIST_OF_ONE_BYTES + elementHeapBytes);
        } else {
            charge(LIST_BYTES + (long) count * (ELEMENT_BYTES + elementHeapBytes));
        }
    }

    void string(int length) {
        charge(STRING_BYTES + length);
    }

    /// A string that is not ASCII: what decoding it takes in passing.
    void decoding(int length) {
        charge(DECODER_BYTES + 4L * length);
    }

    /// A buffer, with a copy of so many bytes or none.
    void buffer(int copied) {
        charge(BUFFER_BYTES + copied);
    }

    private void charge(long bytes) {
        heapBytesLeft -= bytes;
        if (heapBytesLeft < 0) {
            throw new MalformedFrame(
                    "a message that takes more than " + HEAP_FACTOR + " times its size in memory");
        }
    }
}
