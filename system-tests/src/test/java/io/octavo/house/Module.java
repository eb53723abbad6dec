package io.octavo.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// One Maven module of the house, with the lines of hand-written main code it is meant to take.
///
/// @param lineBudget lines that are neither blank nor comment
record Module(String name, int lineBudget, int javaVersion) {
    static final Path ROOT = root();

    static final List<Module> ALL =
            List.of(
                    new Module("codegen", 1_200, 25),
                    new Module("ports", 250, 21),
                    new Module("protocol", 2_500, 21),
                    new Module("log", 3_500, 25),
                    new Module("client", 3_500, 21),
                    new Module("broker", 11_000, 25),
                    new Module("cli", 1_800, 25),
                    new Module("testkit", 2_000, 25),
                    new Module("bench", 4_500, 25));

    Path directory() {
        return ROOT.resolve(name);
    }

    Path classes() {
        return directory().resolve("target/classes");
    }

    List<Source> mainSources() {
        return sources(directory().resolve("src/main/java"));
    }

    /// Every hand-written Java file below `directory`, which need not exist.
    static List<Source> sources(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .map(Source::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The tests run in their module's directory.
    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("bin/octavo")) ? here : here.resolve("..").normalize();
    }
}
