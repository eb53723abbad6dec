package io.octavo.broker.api;

import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.ApiVersionsResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The APIs that are served; ApiVersions, which tells clients of them, is one of them. Immutable.
public final class ApiTable {
    /// Kafka's highest key is 92 in 4.3; Octavo's own begin at 20 100. The table is an array.
    private static final int KEYS_MAX = 20_200;

    private final List<Handler<?, ?>> handlers;
    private final @Nullable Handler<?, ?>[] byKey;
    private final @Nullable VersionRange[] servedByKey;
    private final byte[] slotByKey;
    private final ApiVersionsHandler apiVersions;

    /// @param others the handlers of all APIs but ApiVersions, one for each
    /// @throws IllegalArgumentException when two serve the same API
    public ApiTable(List<? extends Handler<?, ?>> others) {
        apiVersions = new ApiVersionsHandler(others);
        List<Handler<?, ?>> all = new ArrayList<>(others);
        all.add(apiVersions);
        handlers = List.copyOf(all);
        byKey = new Handler<?, ?>[highestKey(all) + 1];
        servedByKey = new VersionRange[byKey.length];
        slotByKey = new byte[byKey.length];
        for (int slot = 0; slot < all.size(); slot++) {
            Handler<?, ?> handler = all.get(slot);
            int key = handler.api().key();
            if (byKey[key] != null) {
                throw new IllegalArgumentException("two handlers serve " + handler.api().name());
            }
            byKey[key] = handler;
            servedByKey[key] = handler.served();
            slotByKey[key] = (byte) slot;
        }
    }

    /// The handler of an API, or null when the API is not served. Any number may be asked for.
    public @Nullable Handler<?, ?> handler(int key) {
        return key >= 0 && key < byKey.length ? byKey[key] : null;
    }

    /// Whether requests of this API and version are served.
    public boolean serves(int key, int version) {
        VersionRange served = key >= 0 && key < byKey.length ? servedByKey[key] : null;
        return served != null && served.contains(version);
    }

    /// The place of a served API's handler in [#handlers()].
    public int slot(int key) {
        return slotByKey[key];
    }

    /// All handlers.
    public List<Handler<?, ?>> handlers() {
        return handlers;
    }

    /// What a client is told, in version 0, that asks for the versions in a version which is not
    /// known (KIP-511).
    public ApiVersionsResponse apiVersionsUnknown() {
        return apiVersions.unknownVersion();
    }

    private static int highestKey(List<Handler<?, ?>> handlers) {
        int highest = -1;
        for (Handler<?, ?> handler : handlers) {
            int key = handler.api().key();
            if (key < 0 || key >= KEYS_MAX) {
                throw new IllegalArgumentException(
                        handler.api().name()
                                + " has key "
                                + key
                                + ", not in [0, "
                                + KEYS_MAX
                                + ")");
            }
            highest = Math.max(highest, key);
        }
        return highest;
    }
}
