package io.octavo.cli;

/// The version of the program, from the manifest of its jar.
final class Version {
    private Version() {}

    /// `unpackaged` when the classes do not come from a jar, as in an IDE.
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
