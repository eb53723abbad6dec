package io.octavo.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;

/// Settings of Apache's clients, written as in their documentation.
public final class Settings {
    private Settings() {}

    /// @param text `name=value` pairs with blanks between them
    public static Map<String, Object> of(String text) {
        Map<String, Object> settings = new LinkedHashMap<>();
        for (String pair : text.strip().split("\\s+", -1)) {
            int equals = pair.indexOf('=');
            settings.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return settings;
    }
}
