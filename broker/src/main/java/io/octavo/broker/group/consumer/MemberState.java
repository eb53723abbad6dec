package io.octavo.broker.group.consumer;

/// How far a member is on its way from what it has to what it should have.
///
/// ```
///              it must give up partitions
///   STABLE ──────────────────────────────> UNREVOKED_PARTITIONS
///     ^  │                                        │ it has given them up
///     │  └── others have not given up theirs ──>  v
///     └──────────────────────────────── UNRELEASED_PARTITIONS
///              everything is there
/// ```
public enum MemberState {
    /// It has what it should have, as of its epoch.
    STABLE(0),

    /// It has to give up partitions, and has not said yet that it has. It stays in its epoch.
    UNREVOKED_PARTITIONS(1),

    /// It has given up what it had to, and waits for partitions that others still have.
    UNRELEASED_PARTITIONS(2),

    /// A later version of the coordinator wrote a state that this one does not know.
    UNKNOWN(127);

    private final byte code;

    MemberState(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static MemberState of(byte code) {
        for (MemberState state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        return UNKNOWN;
    }
}
