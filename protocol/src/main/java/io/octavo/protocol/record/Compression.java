package io.octavo.protocol.record;

import org.jspecify.annotations.Nullable;

/// The codecs of a batch; the low three bits of its attributes.
public enum Compression {
    NONE(0, "none"),
    GZIP(1, "gzip"),
    SNAPPY(2, "snappy"),
    LZ4(3, "lz4"),
    ZSTD(4, "zstd");

    private static final Compression[] BY_ID = values();

    private final int id;
    private final String text;

    Compression(int id, String text) {
        this.id = id;
        this.text = text;
    }

    /// The number in the attributes.
    public int id() {
        return id;
    }

    /// The name in settings and on command lines.
    public String text() {
        return text;
    }

    /// The codec of that number, or null when there is none.
    public static @Nullable Compression of(int id) {
        return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    }

    /// The codec of that name in a setting, or null when there is none.
    public static @Nullable Compression of(String text) {
        for (Compression compression : BY_ID) {
            if (compression.text.equals(text)) {
                return compression;
            }
        }
        return null;
    }
}
