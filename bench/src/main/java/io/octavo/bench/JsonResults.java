package io.octavo.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.bench.Comparison.Pair;
import io.octavo.bench.Comparison.Result;
import io.octavo.bench.broker.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The results for machines: every run with every figure, the disturbed ones too, so that medians
/// and ratios can be taken again.
///
/// ```
/// { "machine": {...}, "brokers": [name, ...],
///   "experiments": [ { "name", "title", "pairs": [ { "disturbed": false,
///       "runs": [ { "broker", "foreignCores", "figures": { name: value } } ] } ] } ] }
/// ```
final class JsonResults {
    private JsonResults() {}

    static void write(Path file, Machine machine, List<Broker> brokers, List<Result> results)
            throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = json.createObjectNode();
        root.set("machine", json.valueToTree(machine));
        ArrayNode names = root.putArray("brokers");
        brokers.forEach(broker -> names.add(broker.name()));
        ArrayNode experiments = root.putArray("experiments");
        for (Result result : results) {
            ObjectNode experiment = experiments.addObject();
            experiment.put("name", result.experiment().name());
            experiment.put("title", result.experiment().title());
            ArrayNode pairs = experiment.putArray("pairs");
            result.pairs().forEach(pair -> put(pairs.addObject(), pair, brokers));
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, json.writeValueAsString(root) + "\n");
    }

    private static void put(ObjectNode node, Pair pair, List<Broker> brokers) {
        node.put("disturbed", pair.disturbed());
        ArrayNode runs = node.putArray("runs");
        for (int i = 0; i < brokers.size(); i++) {
            ObjectNode run = runs.addObject();
            run.put("broker", brokers.get(i).name());
            run.put("foreignCores", pair.runs().get(i).foreignCores());
            ObjectNode figures = run.putObject("figures");
            pair.runs()
                    .get(i)
                    .figures()
                    .forEach((figure, value) -> figures.put(figure.name(), value));
        }
    }
}
