package io.octavo.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.log.Finding;
import io.octavo.log.LogFiles;
import io.octavo.log.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `octavo log verify DIR...`: reads everything, and says what is damaged.
@Command(
        name = "verify",
        description = "Read everything in data directories or logs, and say what is damaged.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A broker may run meanwhile. Exit code 1 if records are damaged.",
            "Example: octavo log verify octavo-data"
        })
final class LogVerifyVerb implements Callable<Integer> {
    private final Streams streams;

    @Mixin private final OutputOption output = new OutputOption();

    @Parameters(
            paramLabel = "DIR",
            arity = "1..*",
            description = "A data directory, or a log's directory in one.")
    private List<Path> paths = List.of();

    @Option(
            names = {"-m", "--mark"},
            description =
                    "Note for the broker, which must be stopped, what is damaged and what is not any more.")
    private boolean mark;

    LogVerifyVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        long damaged = 0;
        for (Path path : paths) {
            damaged += verify(path);
        }
        return damaged == 0 ? 0 : 1;
    }

    private long verify(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new Failure("there is no directory " + path);
        }
        Verification found = Verification.of(LogFiles.system(), path);
        found.findings().forEach(this::show);
        long damaged = count(found, Finding.Kind.DAMAGE) + count(found, Finding.Kind.KNOWN_DAMAGE);
        long unknown = count(found, Finding.Kind.DAMAGE);
        if (mark) {
            mark(path, found);
            unknown = 0;
        }
        streams.err()
                .println(
                        (damaged == 0 ? "no damage: " : Amount.of(damaged, "damaged range") + ": ")
                                + Amount.of(found.logs(), "log")
                                + ", "
                                + Amount.of(found.segments(), "segment")
                                + ", batches: "
                                + Amount.count(found.batches())
                                + ", "
                                + Amount.bytes(found.bytes()));
        if (damaged > 0) {
            advise(path, unknown);
        }
        return damaged;
    }

    private void mark(Path path, Verification found) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        boolean inside = Files.exists(absolute.resolveSibling("run.octavo"));
        Path root = inside ? absolute.getParent() : absolute;
        if (root == null || !found.mark(root)) {
            throw new Failure("a broker uses " + root + "; stop it to mark what is damaged");
        }
    }

    private void advise(Path path, long unknown) {
        streams.err()
                .println(
                        "The broker answers these offsets with KAFKA_STORAGE_ERROR and serves all others. To"
                                + " have the records back, stop it and put a good copy of the files in their"
                                + " place; without one they go with retention, or by deleting the records"
                                + " before them.");
        if (unknown > 0) {
            streams.err()
                    .println(
                            Amount.of(unknown, "range")
                                    + " it does not know yet: stop it and run 'octavo log verify --mark "
                                    + path
                                    + "'");
        }
    }

    private static long count(Verification found, Finding.Kind kind) {
        return found.findings().stream().filter(finding -> finding.kind() == kind).count();
    }

    private void show(Finding finding) {
        if (output.json()) {
            streams.out().json(Json.line(json(finding)));
        } else if (finding.kind().isDamage()) {
            streams.out().println("damage: " + finding.what());
        } else {
            streams.out().println("note: " + finding.file() + " " + finding.what());
        }
    }

    private static ObjectNode json(Finding finding) {
        ObjectNode node = Json.object();
        node.put("kind", finding.kind().name());
        node.put("file", finding.file().toString());
        if (finding.kind().isDamage()) {
            node.put("from", finding.range().from());
            node.put("to", finding.range().to());
            node.put("position", finding.range().position());
            node.put("positionEnd", finding.range().positionEnd());
        }
        return node.put("what", finding.what());
    }
}
