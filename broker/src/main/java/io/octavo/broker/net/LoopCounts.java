package io.octavo.broker.net;

import io.octavo.log.Durations;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// What one event loop has done. Counted by its thread alone, read by any.
final class LoopCounts {
    private final AtomicLong receivedBytes = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicLongArray requests;

    /// How long the requests of each API took; null where none was answered.
    private final AtomicReferenceArray<@Nullable Durations> answered;

    /// @param apis how many are served
    LoopCounts(int apis) {
        requests = new AtomicLongArray(apis);
        answered = new AtomicReferenceArray<>(apis);
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

    /// @param slot the API's
    /// @param nanos from the request's last byte to its reply
    void answered(int slot, long nanos) {
        Durations known = answered.getPlain(slot);
        if (known == null) {
            known = new Durations();
            answered.set(slot, known);
        }
        known.note(nanos);
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

    /// How many requests of an API took at most so long.
    long answeredUpTo(int slot, long nanos) {
        Durations known = answered.get(slot);
        return known == null ? 0 : known.countUpTo(nanos);
    }

    /// How long the requests of an API took together.
    long answeredNanos(int slot) {
        Durations known = answered.get(slot);
        return known == null ? 0 : known.sumNanos();
    }
}
