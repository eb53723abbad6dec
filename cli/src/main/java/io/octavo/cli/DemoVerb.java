package io.octavo.cli;

import io.octavo.client.Admin;
import io.octavo.client.Client;
import io.octavo.client.ClientConfig;
import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `octavo demo`: starts a broker in a temporary directory, lets records flow through it, shows it
/// live, and leaves nothing behind.
///
/// ```
/// DemoActivity, DemoFile ─> DemoWriter ─> DemoBroker ─> DemoReader
///                               └──> DemoTally <────────────┘
///                                        └─> DemoScreen, drawn here
/// ```
///
/// Writer and reader have a thread each and share a client; the main thread draws.
@Command(
        name = "demo",
        description = "Start a broker, send records through it, and watch.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: octavo demo /var/log/syslog"})
final class DemoVerb implements Callable<Integer> {
    private static final int PAGE_VIEW_PARTITIONS = 4;
    private static final int SEARCH_PARTITIONS = 2;

    /// So many page views come for one search.
    private static final int VIEWS_PER_SEARCH = 4;

    private static final long SEED = 2011;
    private static final long FRAME_NANOS = 500_000_000;

    /// Where nobody watches, nobody presses Ctrl-C.
    private static final int UNWATCHED_SECONDS = 10;

    /// The other screen, no cursor, lines cut at the edge instead of wrapped; and back.
    private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l\u001b[?7l";

    private static final String FIRST_SCREEN = "\u001b[?7h\u001b[?25h\u001b[?1049l";
    private static final String TOP = "\u001b[H";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final Streams streams;
    private final Clock clock = Clock.system();
    private final DemoEnd end = new DemoEnd();

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "A text file whose lines are sent too.")
    private @Nullable Path file;

    @Option(
            names = {"-r", "--rate"},
            paramLabel = "N",
            defaultValue = "2000",
            description = "Page views, and lines of FILE, per second; default ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = {"-s", "--seconds"},
            paramLabel = "N",
            description =
                    "End by itself; default: at Ctrl-C, or after 10 where the output is no terminal.")
    private @Nullable Integer seconds;

    DemoVerb(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rate < 1) {
            throw new ParameterException(spec.commandLine(), "--rate is at least 1.");
        }
        if (file != null && !Files.isReadable(file)) {
            throw new Failure("there is no file " + file + " that can be read");
        }
        Logging.warningsOnly();
        Thread hook = end.hook();
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            String farewell;
            try (DemoBroker broker = DemoBroker.start()) {
                farewell = run(broker);
            }
            end.refuseFailure();
            streams.out().println(farewell);
            streams.out().flush();
        } finally {
            end.cleanedUp();
        }
        return 0;
    }

    private String run(DemoBroker broker) throws IOException, InterruptedException {
        List<DemoSource> sources = sources();
        List<DemoTally> tallies = sources.stream().map(DemoSource::tally).toList();
        try (Client client = Client.open(ClientConfig.of(broker.address()))) {
            Admin admin = new Admin(client);
            for (DemoTally tally : tallies) {
                admin.createTopic(
                        tally.topic(), tally.partitions(), Admin.BROKER_DEFAULT, Map.of());
            }
            DemoReader reader = new DemoReader(client, tallies, clock, end);
            DemoWriter writer = new DemoWriter(client, sources, clock, end);
            List<Thread> threads =
                    List.of(
                            Thread.ofPlatform().name("octavo-demo-reader").start(reader),
                            Thread.ofPlatform().name("octavo-demo-writer").start(writer));
            show(broker, reader, tallies);
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            end.comes();
            for (DemoSource source : sources) {
                source.close();
            }
        }
        long written = tallies.stream().mapToLong(tally -> tally.now().written()).sum();
        long read = tallies.stream().mapToLong(tally -> tally.now().read()).sum();
        return "wrote %s, read %s of them; %s is removed"
                .formatted(Amount.of(written, "record"), Amount.count(read), broker.directory());
    }

    private List<DemoSource> sources() throws IOException {
        List<DemoSource> sources = new ArrayList<>();
        Randomness randomness = Randomness.seeded(SEED);
        sources.add(
                new DemoActivity(
                        DemoActivity.Kind.PAGE_VIEWS,
                        new DemoTally("page-views", PAGE_VIEW_PARTITIONS),
                        rate,
                        randomness));
        sources.add(
                new DemoActivity(
                        DemoActivity.Kind.SEARCHES,
                        new DemoTally("searches", SEARCH_PARTITIONS),
                        Math.max(1, rate / VIEWS_PER_SEARCH),
                        randomness));
        if (file != null) {
            sources.add(new DemoFile(file, new DemoTally(DemoFile.topic(file), 1), rate));
        }
        return sources;
    }

    /// Draws until the end comes.
    private void show(DemoBroker broker, DemoReader reader, List<DemoTally> tallies) {
        boolean live = streams.terminals().out();
        int secondsMax = seconds != null ? seconds : live ? Integer.MAX_VALUE : UNWATCHED_SECONDS;
        boolean unicode = streams.out().charset().equals(StandardCharsets.UTF_8);
        DemoScreen screen =
                new DemoScreen(broker.address(), broker.directory().toString(), unicode);
        PrintStream out = streams.out();
        long startNanos = clock.nanos();
        out.print(live ? OTHER_SCREEN : "broker on " + broker.address() + "\n");
        try {
            for (long frame = 1; !end.isNear(); frame++) {
                LockSupport.parkNanos(startNanos + frame * FRAME_NANOS - clock.nanos());
                double passed = (clock.nanos() - startNanos) / 1e9;
                screen.sample(passed, tallies.stream().map(DemoTally::now).toList());
                if (live) {
                    out.print(frame(screen.full(reader.isResting())));
                } else if (frame % 2 == 0) {
                    out.println(screen.brief());
                }
                out.flush();
                if (passed >= secondsMax || out.checkError()) {
                    end.comes();
                }
            }
        } finally {
            out.print(live ? FIRST_SCREEN : "");
            out.flush();
        }
    }

    private static String frame(List<String> lines) {
        StringBuilder frame = new StringBuilder(TOP);
        lines.forEach(line -> frame.append(line).append(CLEAR_LINE).append('\n'));
        return frame.append(CLEAR_BELOW).toString();
    }
}
