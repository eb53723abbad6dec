package io.octavo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the figures were measured on; they mean nothing without it.
public record Machine(String processor, int cores, long memoryMib, String kernel, String java) {
    public static Machine here() throws IOException {
        String memory = field(Path.of("/proc/meminfo"), "MemTotal").replace("kB", "").strip();
        return new Machine(
                field(Path.of("/proc/cpuinfo"), "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(memory) / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version().toString());
    }

    @Override
    public String toString() {
        return "%s, %d cores, %d MiB, %s, Java %s"
                .formatted(processor, cores, memoryMib, kernel, java);
    }

    private static String field(Path file, String name) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
