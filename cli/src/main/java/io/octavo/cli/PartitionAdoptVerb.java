package io.octavo.cli;

import io.octavo.broker.FileReason;
import io.octavo.log.Adoption;
import io.octavo.log.Finding;
import io.octavo.log.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `octavo partition adopt DIR`: copies a partition that Apache Kafka wrote into the data directory
/// of a broker that is stopped.
@Command(
        name = "adopt",
        description =
                "Copy a partition of Apache Kafka's into the data directory of a stopped broker.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The topic must be there, without records in this partition; both brokers must be stopped.",
            "Example: octavo topic create -p 3 clicks      # then stop the broker",
            "         octavo partition adopt /var/kafka/clicks-0 --data octavo-data"
        })
final class PartitionAdoptVerb implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            paramLabel = "DIR",
            description = "The partition's directory, called <topic>-<number>.")
    private Path source = Path.of("");

    @Option(
            names = {"-d", "--data"},
            paramLabel = "DIR",
            defaultValue = "octavo-data",
            description = "The broker's data directory; default ${DEFAULT-VALUE}.")
    private Path data = Path.of("");

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    PartitionAdoptVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (!Files.isDirectory(source)) {
            throw new Failure("there is no directory " + source);
        }
        try {
            Adoption adoption = Adoption.of(LogFiles.system(), source);
            say(adoption);
            if (!dryRun) {
                adoption.into(data);
                streams.out()
                        .println(
                                "done; start the broker: topic '"
                                        + adoption.name().replaceAll("-[0-9]+$", "")
                                        + "' owns the records from then on, and checks each of them"
                                        + " when they are asked for first");
            }
            return 0;
        } catch (IOException e) {
            throw new Failure("nothing was adopted: " + FileReason.of(e));
        }
    }

    private void say(Adoption adoption) {
        for (Finding finding : adoption.findings()) {
            streams.err()
                    .println(
                            finding.kind().isDamage()
                                    ? "damage: " + finding.what() + "; it will not be served"
                                    : "note: " + finding.file() + " " + finding.what());
        }
        if (adoption.transactionsAborted() > 0) {
            streams.err()
                    .println(
                            "note: "
                                    + Amount.of(adoption.transactionsAborted(), "transaction")
                                    + " aborted; consumers with isolation.level=read_committed"
                                    + " will skip the records, as they did");
        }
        if (adoption.transactionsUndecided() > 0) {
            streams.err()
                    .println(
                            "note: "
                                    + Amount.of(adoption.transactionsUndecided(), "transaction")
                                    + " without an end; all consumers will get the records, those"
                                    + " with isolation.level=read_committed too, because nobody is"
                                    + " left to commit or abort them");
        }
        streams.out()
                .println(
                        "copying offsets "
                                + adoption.startOffset()
                                + " to "
                                + (adoption.endOffset() - 1)
                                + " ("
                                + Amount.of(adoption.segments(), "segment")
                                + ", "
                                + Amount.count(adoption.batches())
                                + " batches, "
                                + Amount.bytes(adoption.bytes())
                                + (adoption.sparse() ? ", compacted" : "")
                                + ") to "
                                + data.resolve(adoption.name()));
    }
}
