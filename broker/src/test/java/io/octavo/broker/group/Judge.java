package io.octavo.broker.group;

/// Says what must hold in a random walk, and throws an [AssertionError] where it does not.
interface Judge {
    /// After every step.
    void check();

    /// Before the shard is stopped and loaded again; no write is on its way.
    void beforeRestart(GroupShard loaded);

    /// After everybody was silent for long.
    void afterSilence();

    /// After everybody behaved well for long, and nothing failed.
    void afterCalm();
}
