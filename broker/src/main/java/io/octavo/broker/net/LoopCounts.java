package io.octavo.broker.net;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// What one event loop has done. Counted by its thread alone, read by any.
final class LoopCounts {
    private final AtomicLong receivedBytes = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicLongArray requests;

    /// @param apis how many are served
    LoopCounts(int apis) {
        requests = new AtomicLongArray(apis);
    }

    void received(int bytes) {
        receivedBytes.setOpaque(receivedBytes.getPlain() + bytes);
    }

    void sent(int bytes) {
        sentBytes.setOpaque(sentBytes.getPlain() + bytes);
    }

    /// @param slot the API's ([io.octavo.broker.api.ApiTable#slot])
    void request(int slot) {
        requests.setOpaque(slot, requests.getPlain(slot) + 1);
    }

    long receivedBytes() {
        return receivedBytes.get();
    }

    long sentBytes() {
        return sentBytes.get();
    }

    long requests(int slot) {
        return requests.get(slot);
    }
}
