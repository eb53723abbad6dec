package io.octavo.protocol.wire;

/// A message holds a value for which the requested version has no place. The writer's fault: it
/// should have asked the version first.
public final class UnsupportedVersion extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private UnsupportedVersion(String message) {
        super(message);
    }

    /// `field` of `struct` is not at its default, and must not be dropped.
    public static UnsupportedVersion field(String struct, String field, int version) {
        return new UnsupportedVersion(
                struct + "." + field + " is set, but version " + version + " has no such field");
    }

    /// `field` of `struct` is null, which is not possible in this version.
    public static UnsupportedVersion isNull(String struct, String field, int version) {
        return new UnsupportedVersion(
                struct + "." + field + " is null, but version " + version + " has no null there");
    }

    /// `message` has no such version at all.
    public static UnsupportedVersion message(String message, int version) {
        return new UnsupportedVersion(message + " has no version " + version);
    }
}
