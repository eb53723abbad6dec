package io.octavo.bench.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What the memory that a JVM holds is for, as the JVM itself says of each of its mappings (`jcmd
/// PID System.map`, JDK 24 and later on Linux). Resident, not reserved or committed: the parts add
/// up to the process's RSS.
///
/// @param bytes of each part
public record ResidentMemory(Map<Part, Long> bytes) {
    /// Without it a JVM does not know what its mappings are for.
    public static final String JVM_OPTION = "-XX:NativeMemoryTracking=summary";

    private static final long ANSWER_SECONDS_MAX = 30;

    /// `from-to vsize prot rss hugetlb pgsz notes info file`
    private static final int COLUMNS = 9;

    private static final int RSS = 3;
    private static final int INFO = 7;
    private static final int FILE = 8;

    /// What memory is for.
    public enum Part {
        HEAP("heap"),
        METASPACE("metaspace"),
        CODE("code"),
        ARCHIVE("archive of classes"),
        FILES("libraries"),
        STACKS("stacks"),
        REST("buffers and the rest");

        private final String label;

        Part(String label) {
            this.label = label;
        }

        /// For people.
        public String label() {
            return label;
        }

        private static Part of(String info, String file) {
            return switch (info) {
                case "JAVAHEAP" -> HEAP;
                case "META", "CLASS" -> METASPACE;
                case "CODE" -> CODE;
                case "CDS" -> ARCHIVE;
                default -> {
                    if (info.startsWith("STACK")) {
                        yield STACKS;
                    }
                    yield file.startsWith("/") ? FILES : REST;
                }
            };
        }
    }

    /// Asks a JVM that was started with [#JVM_OPTION].
    ///
    /// @param jcmd of the same JDK
    public static ResidentMemory of(Path jcmd, long pid) throws IOException {
        Process process =
                new ProcessBuilder(jcmd.toString(), Long.toString(pid), "System.map")
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader reader = process.inputReader()) {
            List<String> lines = reader.lines().toList();
            if (!process.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                    || process.exitValue() != 0) {
                throw new IOException("jcmd failed:\n" + String.join("\n", lines));
            }
            return parse(lines);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a JVM was asked for its memory", e);
        } finally {
            process.destroyForcibly();
        }
    }

    public long total() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /// @throws IllegalStateException when the JVM does not know its heap
    static ResidentMemory parse(List<String> map) {
        Map<Part, Long> bytes = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            bytes.put(part, 0L);
        }
        for (String line : map) {
            String[] columns = line.split(" +", COLUMNS);
            if (line.startsWith("0x") && columns.length == COLUMNS) {
                Part part = Part.of(columns[INFO], columns[FILE]);
                bytes.merge(part, Long.valueOf(columns[RSS]), Long::sum);
            }
        }
        if (bytes.getOrDefault(Part.HEAP, 0L) == 0) {
            throw new IllegalStateException(
                    "no heap in the JVM's map of its memory: was it started with "
                            + JVM_OPTION
                            + "?");
        }
        return new ResidentMemory(bytes);
    }
}
