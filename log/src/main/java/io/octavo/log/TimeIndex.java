package io.octavo.log;

final class TimeIndex {
    static final int ENTRY_BYTES = 12;

    private TimeIndex() {}
}
