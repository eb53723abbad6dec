package io.octavo.bench.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a load program tells the bench: lines `found NAME VALUE` among whatever else it prints.
public record Findings(Map<String, Double> values) {
    private static final String MARK = "found ";

    static String line(String name, double value) {
        return MARK + name + " " + value;
    }

    static Findings parse(List<String> output) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (String line : output) {
            if (line.startsWith(MARK)) {
                List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
                values.put(words.get(1), Double.valueOf(words.get(2)));
            }
        }
        return new Findings(values);
    }

    /// @throws IllegalStateException when the program found no such thing
    public double value(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("the load program did not say '" + name + "'");
        }
        return value;
    }
}
