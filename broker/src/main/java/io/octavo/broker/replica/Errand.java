package io.octavo.broker.replica;

import java.util.function.Consumer;

/// A step that is nothing but what it does.
final class Errand extends Step {
    private final Consumer<Step> work;

    Errand(Partition partition, Consumer<Step> work) {
        super(partition);
        this.work = work;
    }

    @Override
    void run() {
        work.accept(this);
    }
}
