package io.octavo.broker.api;

import io.octavo.protocol.message.FetchRequest.FetchPartition;
import io.octavo.protocol.message.FetchRequest.FetchTopic;
import io.octavo.protocol.message.FetchRequest.ForgottenTopic;
import io.octavo.protocol.wire.Uuid;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The partitions that one reader fetches, for one request or, once [FetchSessions] knows it, until
/// the client or the broker ends it (KIP-227). Belongs to the loop of the request that has taken
/// it.
final class FetchSession {
    /// The first version that names topics by id only (KIP-516).
    static final int TOPIC_IDS_FROM_VERSION = 13;

    /// How long a client may not be told that a log begins later, while nothing else happens to it.
    private static final long SWEEP_MS = 5_000;

    private final boolean byId;

    /// The partition served longest ago comes first, so that none starves behind the byte limit.
    private final LinkedHashMap<FetchEntry.Key, FetchEntry> entries = new LinkedHashMap<>();

    /// Those of them that may have something to say, in the order in which they are to be served;
    /// the others are quiet, and put back by their next change.
    private final LinkedHashMap<FetchEntry.Key, FetchEntry> busy = new LinkedHashMap<>();

    /// Quiet ones that changed: each at most once.
    private final Queue<FetchEntry> changed = new ConcurrentLinkedQueue<>();

    private int units;
    private long sweptMs = Long.MIN_VALUE;
    private volatile @Nullable Fetch waiting;

    /// @param byId whether topics are named by id
    FetchSession(boolean byId) {
        this.byId = byId;
    }

    /// Whether a request of this version names topics as the session does.
    boolean speaks(int version) {
        return byId == version >= TOPIC_IDS_FROM_VERSION;
    }

    /// What is fetched, in the order in which it is to be served.
    Collection<FetchEntry> entries() {
        return entries.values();
    }

    /// What has to be looked at, in the same order. Of thousands of partitions that is few.
    Collection<FetchEntry> busy() {
        return busy.values();
    }

    /// Brings [#busy()] up to date: with what changed, and now and then with everything, for the
    /// sake of what nobody tells of (a log that begins later than it did).
    void refresh(long nowMs) {
        for (FetchEntry entry = changed.poll(); entry != null; entry = changed.poll()) {
            if (entries.get(entry.key()) == entry) {
                busy.putIfAbsent(entry.key(), entry);
            }
        }
        if (sweptMs == Long.MIN_VALUE || nowMs - sweptMs >= SWEEP_MS) {
            sweptMs = nowMs;
            entries.forEach(busy::putIfAbsent);
        }
    }

    /// Leaves out of [#busy()] what is quiet.
    void leaveQuiet() {
        busy.values().removeIf(FetchEntry::isQuiet);
    }

    /// Whether any partition is quiet.
    boolean hasQuiet() {
        return busy.size() < entries.size();
    }

    int size() {
        return entries.size();
    }

    /// As how many partitions it counts where these are bounded.
    int units() {
        return units;
    }

    /// Takes over what a request adds or asks differently.
    void ask(List<FetchTopic> topics) {
        for (FetchTopic topic : topics) {
            for (FetchPartition partition : topic.partitions()) {
                FetchEntry.Key key = key(topic.topic(), topic.topicId(), partition.partition());
                FetchEntry entry = entries.get(key);
                if (entry == null) {
                    entry = new FetchEntry(this, key);
                    entries.put(key, entry);
                    units += key.units();
                }
                entry.ask(partition);
                busy.putIfAbsent(key, entry);
            }
        }
    }

    /// Leaves out what a request no longer wants.
    void forget(List<ForgottenTopic> topics) {
        for (ForgottenTopic topic : topics) {
            for (int index : topic.partitions()) {
                FetchEntry entry = entries.remove(key(topic.topic(), topic.topicId(), index));
                if (entry != null) {
                    units -= entry.key().units();
                    busy.remove(entry.key());
                    entry.unwatch();
                }
            }
        }
    }

    /// Puts an entry at the end of the order.
    void served(FetchEntry entry) {
        entries.putLast(entry.key(), entry);
        busy.putLast(entry.key(), entry);
    }

    /// Names the request that is to be woken by changes; null for none.
    void await(@Nullable Fetch fetch) {
        waiting = fetch;
    }

    /// Has every partition tell of its next change; the quiet ones are going to.
    ///
    /// @return whether some were not going to, so that changes may have been missed
    boolean watch() {
        boolean added = false;
        for (FetchEntry entry : busy.values()) {
            added |= entry.watch();
        }
        return added;
    }

    void unwatch() {
        for (FetchEntry entry : entries.values()) {
            entry.unwatch();
        }
    }

    /// One of the partitions changed. On any thread.
    void changed(FetchEntry entry) {
        changed.add(entry);
        Fetch fetch = waiting;
        if (fetch != null) {
            fetch.wake();
        }
    }

    private FetchEntry.Key key(String topic, Uuid topicId, int index) {
        return byId
                ? new FetchEntry.Key("", topicId, index)
                : new FetchEntry.Key(topic, Uuid.ZERO, index);
    }
}
