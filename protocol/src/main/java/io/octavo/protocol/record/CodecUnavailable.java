package io.octavo.protocol.record;

/// A codec whose library this machine does not load, such as one in native code that cannot be
/// unpacked because the directory for temporary files is not there, or nothing in it may be run. It
/// tells about the machine; the batch may be as right as any.
public final class CodecUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CodecUnavailable(Compression codec, Error cause) {
        super(
                codec.text()
                        + " is not to be had here: "
                        + cause
                        + " (its library is unpacked into java.io.tmpdir, "
                        + System.getProperty("java.io.tmpdir")
                        + ")",
                cause);
    }
}
