package io.octavo.protocol.record;

/// A batch whose bytes do not follow the format, or that wants more than the limits allow; the
/// message has the values. The only exception that decoding throws. It carries no stack trace: it
/// tells about the bytes, not about the code.
public final class CorruptBatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptBatch(String message) {
        super(message, null, false, false);
    }
}
