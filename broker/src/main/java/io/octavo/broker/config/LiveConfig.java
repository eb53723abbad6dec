package io.octavo.broker.config;

import java.util.Map;

/// The broker's settings as they are now. Safe for any thread; only the cluster changes them.
public final class LiveConfig {
    private volatile BrokerConfig current;

    /// @param start what the broker started with
    public LiveConfig(BrokerConfig start) {
        current = start;
    }

    /// The settings now. Whoever needs more than one value takes this once.
    public BrokerConfig current() {
        return current;
    }

    /// Puts other settings altered at run time in place of those so far.
    public void alter(Map<String, String> dynamicDefaults, Map<String, String> dynamic) {
        current = current.withDynamic(dynamicDefaults, dynamic);
    }
}
