package io.octavo.log;

/// How many producers a log of a data directory may remember now. Any thread.
final class ProducerShare {
    private volatile int max = LogConfig.defaults().producers().max();

    int max() {
        return max;
    }

    void become(int max) {
        this.max = max;
    }
}
