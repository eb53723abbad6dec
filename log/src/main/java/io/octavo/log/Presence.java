package io.octavo.log;

/// How a log is in a data directory. Where several directories have one of the same name, the first
/// of these is the log.
public enum Presence {
    /// Its directory is there, and the checkpoint knows it.
    KNOWN,
    /// Only its directory is there.
    FOUND,
    /// Only the checkpoint knows it: it is missing, not new.
    MISSING
}
