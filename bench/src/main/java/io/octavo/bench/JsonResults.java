package io.octavo.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.bench.Result.Pair;
import io.octavo.bench.measure.Figure;
import io.octavo.bench.measure.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The results for programs: every run with every figure, the disturbed ones too, so that medians
/// and ratios can be taken again, and charts be drawn.
///
/// ```
/// { "experiments": [ { "name", "title", "build",
///       "machine": { "processor", "cores", "memoryMib", "kernel", "java" },
///       "brokers": [name, ...],
///       "figures": [ { "name", "label", "decimals" } ],
///       "pairs": [ [ { "broker", "foreignCores", "figures": { name: value } } ] ] } ] }
/// ```
///
/// @param results no two of one experiment
record JsonResults(List<Result> results) {
    /// Of what was measured before it was noted.
    private static final String BUILD_UNKNOWN = "not noted";

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /// What a file holds; nothing when there is no such file.
    ///
    /// @throws IOException when the file holds something else
    static JsonResults readIfThere(Path file) throws IOException {
        return Files.exists(file) ? read(file) : new JsonResults(List.of());
    }

    /// What a file holds.
    ///
    /// @throws IOException when the file holds something else, or there is no such file
    static JsonResults read(Path file) throws IOException {
        try {
            JsonNode root = JSON.readTree(file.toFile());
            List<Result> results = new ArrayList<>();
            for (JsonNode experiment : root.required("experiments")) {
                results.add(result(experiment));
            }
            return new JsonResults(results);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(file + " holds no results of the bench: " + e.getMessage(), e);
        }
    }

    /// These, and `newer` in place of what is here of the same experiment.
    JsonResults with(Result newer) {
        Map<String, Result> all = new LinkedHashMap<>();
        results.forEach(result -> all.put(result.name(), result));
        all.put(newer.name(), newer);
        return new JsonResults(List.copyOf(all.values()));
    }

    void write(Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode experiments = root.putArray("experiments");
        results.forEach(result -> put(experiments.addObject(), result));
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, JSON.writeValueAsString(root) + "\n");
    }

    private static void put(ObjectNode experiment, Result result) {
        experiment.put("name", result.name());
        experiment.put("title", result.title());
        experiment.put("build", result.build());
        experiment.set("machine", JSON.valueToTree(result.machine()));
        ArrayNode brokers = experiment.putArray("brokers");
        result.brokers().forEach(brokers::add);
        experiment.set("figures", JSON.valueToTree(result.figures()));
        ArrayNode pairs = experiment.putArray("pairs");
        for (Pair pair : result.pairs()) {
            ArrayNode runs = pairs.addArray();
            for (int i = 0; i < pair.runs().size(); i++) {
                ObjectNode run = runs.addObject();
                run.put("broker", result.brokers().get(i));
                run.put("foreignCores", pair.runs().get(i).foreignCores());
                ObjectNode figures = run.putObject("figures");
                pair.runs()
                        .get(i)
                        .figures()
                        .forEach((figure, value) -> figures.put(figure.name(), value));
            }
        }
    }

    private static Result result(JsonNode experiment) throws JsonProcessingException {
        Map<String, Figure> figures = new LinkedHashMap<>();
        for (JsonNode one : experiment.required("figures")) {
            Figure figure = JSON.treeToValue(one, Figure.class);
            figures.put(figure.name(), figure);
        }
        List<String> brokers = new ArrayList<>();
        experiment.required("brokers").forEach(broker -> brokers.add(broker.asText()));
        List<Pair> pairs = new ArrayList<>();
        for (JsonNode pair : experiment.required("pairs")) {
            List<Run> runs = new ArrayList<>();
            pair.forEach(run -> runs.add(run(run, figures)));
            pairs.add(new Pair(runs));
        }
        return new Result(
                experiment.required("name").asText(),
                experiment.required("title").asText(),
                experiment.path("build").asText(BUILD_UNKNOWN),
                JSON.treeToValue(experiment.required("machine"), Machine.class),
                brokers,
                pairs);
    }

    private static Run run(JsonNode node, Map<String, Figure> figures) {
        Run run = new Run();
        run.sawForeign(node.required("foreignCores").asDouble());
        JsonNode values = node.required("figures");
        figures.forEach((name, figure) -> run.put(figure, values.required(name).asDouble()));
        return run;
    }
}
