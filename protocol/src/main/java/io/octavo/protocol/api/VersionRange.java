package io.octavo.protocol.api;

/// Versions from `min` to `max`, both included.
public record VersionRange(int min, int max) {
    public VersionRange {
        if (min < 0 || max < min) {
            throw new IllegalArgumentException("no range of versions: " + min + "-" + max);
        }
    }

    public boolean contains(int version) {
        return version >= min && version <= max;
    }

    @Override
    public String toString() {
        return min == max ? Integer.toString(min) : min + "-" + max;
    }
}
