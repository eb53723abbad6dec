package io.octavo.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Generates the messages: `Main PACKAGE OUTPUT-DIRECTORY SCHEMA-DIRECTORY...`.
///
/// Of the requests and responses, those that a broker serves to clients; of everything else, all.
/// Files are written only if they change, so that the compiler has nothing to do if nothing
/// changed.
public final class Main {
    private static final String LISTENER = "broker";

    private Main() {}

    /// Exits with 1 and one line if a schema is wrong.
    public static void main(String[] args) throws IOException {
        if (args.length < 3) {
            System.err.println("usage: PACKAGE OUTPUT-DIRECTORY SCHEMA-DIRECTORY...");
            System.exit(2);
        }
        List<Path> directories = Stream.of(args).skip(2).map(Path::of).toList();
        try {
            generate(args[0], Path.of(args[1]), directories);
        } catch (BadSchema e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /// @param output where the package's own directory goes; files of it that have no schema any
    ///   more are deleted
    /// @param directories where the schemas are; one that does not exist is taken as empty
    static void generate(String packageName, Path output, List<Path> directories)
            throws IOException {
        Map<String, Schema> schemas = new TreeMap<>();
        for (Path directory : directories) {
            for (Path file : files(directory, ".json")) {
                Schema schema = SchemaReader.read(file.toString(), Files.readString(file));
                if (schema != null && schemas.put(schema.name(), schema) != null) {
                    throw new BadSchema(file.toString(), "there are two " + schema.name());
                }
            }
        }
        Path target = output.resolve(packageName.replace('.', '/'));
        Files.createDirectories(target);
        Set<Path> stale = new HashSet<>(files(target, ".java"));
        for (Schema schema : served(schemas)) {
            Path file = target.resolve(schema.name() + ".java");
            String text = MessageSource.of(packageName, schema);
            if (!stale.remove(file) || !Files.readString(file).equals(text)) {
                Files.writeString(file, text);
            }
        }
        for (Path file : stale) {
            Files.delete(file);
        }
    }

    private static List<Schema> served(Map<String, Schema> schemas) {
        List<Schema> served = new ArrayList<>();
        for (Schema schema : schemas.values()) {
            switch (schema.kind()) {
                case REQUEST -> {
                    if (schema.listeners().contains(LISTENER)) {
                        served.add(schema);
                        served.add(response(schema, schemas));
                    }
                }
                case RESPONSE -> {
                    // Comes with its request.
                }
                case HEADER, DATA, COORDINATOR_KEY, COORDINATOR_VALUE -> served.add(schema);
            }
        }
        return served;
    }

    private static Schema response(Schema request, Map<String, Schema> schemas) {
        String name = request.name().replaceFirst("Request$", "Response");
        Schema response = schemas.get(name);
        if (response == null
                || response.apiKey() != request.apiKey()
                || !response.body().versions().equals(request.body().versions())) {
            throw new BadSchema(
                    request.name(), "there is no " + name + " with the same key and versions");
        }
        return response;
    }

    private static List<Path> files(Path directory, String suffix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }
}
