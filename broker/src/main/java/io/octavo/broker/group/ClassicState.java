package io.octavo.broker.group;

/// What a classic group is at.
///
/// ```
///               a member joins                 all have joined, or their time is up
///    ┌─► Empty ───────────────► PreparingRebalance ──────────────► CompletingRebalance
///    │                            │    ▲    ▲                          │        │
///    └────────────────────────────┘    │    └──────────────────────────┘        │ the leader
///             nobody is left           │     a member joins, leaves or dies     │ assigns
///                                      │                                        ▼
///                                      └─────────────────────────────────── Stable
/// ```
///
/// From each of them to Dead, when the group is not served here any more.
enum ClassicState {
    EMPTY("Empty"),
    PREPARING_REBALANCE("PreparingRebalance"),
    COMPLETING_REBALANCE("CompletingRebalance"),
    STABLE("Stable"),
    DEAD("Dead");

    private final String shown;

    ClassicState(String shown) {
        this.shown = shown;
    }

    /// Whether a group may come from `before` to this.
    boolean follows(ClassicState before) {
        return switch (this) {
            case EMPTY, COMPLETING_REBALANCE -> before == PREPARING_REBALANCE;
            case PREPARING_REBALANCE ->
                    before == EMPTY || before == COMPLETING_REBALANCE || before == STABLE;
            case STABLE -> before == COMPLETING_REBALANCE;
            case DEAD -> true;
        };
    }

    /// As DescribeGroups and ListGroups call it.
    @Override
    public String toString() {
        return shown;
    }
}
