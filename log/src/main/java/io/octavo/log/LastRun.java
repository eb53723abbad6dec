package io.octavo.log;

/// How the run before this one ended.
public enum LastRun {
    /// There was none.
    NONE,
    CLEAN,
    /// The process ended, the machine did not: what was written is there.
    KILLED,
    /// The machine restarted, or it cannot be told: what was not forced may be gone.
    MACHINE_RESTARTED
}
