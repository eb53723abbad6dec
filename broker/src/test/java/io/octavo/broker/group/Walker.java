package io.octavo.broker.group;

/// Somebody who asks groups in a random walk.
interface Walker {
    /// Does one thing, by chance.
    void act();

    /// Does what a well-behaved client does next, if anything.
    void behave();

    /// Is heard of no more; [#act] and [#behave] may bring it back as somebody new.
    void die();
}
