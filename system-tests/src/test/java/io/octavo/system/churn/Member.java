package io.octavo.system.churn;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.system.Child;
import io.octavo.system.churn.Event.Assigned;
import io.octavo.system.churn.Event.Consumed;
import io.octavo.system.churn.Event.Disturbed;
import io.octavo.system.churn.Event.GivenUp;
import io.octavo.system.churn.Event.Life;
import io.octavo.system.churn.Event.Lives;
import io.octavo.system.churn.Event.Who;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A process that is a member of a group, and what it says.
final class Member implements AutoCloseable {
    /// kcat does not say when it processed a record: when its line is read, it was at most so long
    /// ago.
    private static final long KCAT_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private static final long SIGNAL_SECONDS_MAX = 10;

    private final Who who;
    private final ClientKind kind;
    private final Ledger ledger;
    private final Path errors;
    private final Child child;
    private boolean paused;

    /// Starts one.
    Member(Who who, ClientKind kind, Ledger ledger, Start start) {
        this.who = who;
        this.kind = kind;
        this.ledger = ledger;
        errors = start.scratch.resolve(who.name() + ".errors");
        ProcessBuilder builder =
                new ProcessBuilder(
                                kind.command(start.address, start.topic, who.group(), who.name()))
                        .redirectError(errors.toFile());
        if (kind == ClientKind.KCAT) {
            lives(Life.RUNS);
        }
        child = Child.startHeard(who.name(), builder, this::heard);
    }

    /// @param scratch where members' errors are written
    record Start(String address, String topic, Path scratch) {}

    Who who() {
        return who;
    }

    ClientKind kind() {
        return kind;
    }

    boolean isPaused() {
        return paused;
    }

    boolean isAlive() {
        return child.isAlive();
    }

    /// SIGSTOP.
    void pause() {
        paused = true;
        lives(Life.PAUSED);
        signal("STOP");
    }

    /// SIGCONT.
    void resume() {
        paused = false;
        signal("CONT");
        lives(Life.RUNS);
    }

    /// SIGKILL, by the program `kill`: what the process has written until then is read.
    void kill() {
        signal("KILL");
        child.exitCode(SIGNAL_SECONDS_MAX);
        lives(Life.ENDED);
    }

    /// SIGTERM: it leaves its group.
    void leave() {
        lives(Life.LEAVES);
        signal("TERM");
    }

    /// It was asked to leave, and has ended.
    void ended() {
        lives(Life.ENDED);
    }

    /// All that it said, and then its errors.
    String output() {
        try {
            return child.output() + "\n" + Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        child.close();
    }

    private void signal(String signal) {
        List<String> command = List.of("kill", "-" + signal, Long.toString(child.pid()));
        try (Child kill = Child.start("kill", new ProcessBuilder(command))) {
            boolean sent = kill.exitCode(SIGNAL_SECONDS_MAX) == 0;
            assertThat(sent || !child.isAlive()).as(who + ": " + kill.output()).isTrue();
        }
    }

    private void lives(Life life) {
        ledger.add(new Lives(Clock.system().nanos(), who, life));
    }

    private void heard(String line) {
        if (line.isEmpty() || !Character.isDigit(line.charAt(0))) {
            return; // A warning of the client.
        }
        String[] words = line.split(" ", -1);
        if (kind == ClientKind.KCAT) {
            long offset = Long.parseLong(words[1]);
            ledger.add(
                    new Consumed(
                            Clock.system().nanos() - KCAT_NANOS_MAX,
                            who,
                            Integer.parseInt(words[0]),
                            offset,
                            offset + 1));
            return;
        }
        long atNanos = Long.parseLong(words[0]);
        int epoch = Integer.parseInt(words[2]);
        List<String> rest = List.of(words).subList(3, words.length);
        switch (words[1]) {
            case "started" -> {
                ledger.add(new Disturbed(atNanos, who.group()));
                ledger.add(new Lives(atNanos, who, Life.RUNS));
            }
            case "assigned" -> ledger.add(new Assigned(atNanos, who, epoch, numbers(rest)));
            case "revoked", "lost" -> ledger.add(new GivenUp(atNanos, who, numbers(rest)));
            case "consumed" -> rest.forEach(range -> consumed(atNanos, range));
            case "refused" -> {}
            default -> ledger.violated(who + " says " + line);
        }
    }

    private void consumed(long atNanos, String range) {
        String[] parts = range.split("[:-]", -1);
        if (parts.length == 3) {
            ledger.add(
                    new Consumed(
                            atNanos,
                            who,
                            Integer.parseInt(parts[0]),
                            Long.parseLong(parts[1]),
                            Long.parseLong(parts[2])));
        }
    }

    private static Set<Integer> numbers(List<String> words) {
        Set<Integer> numbers = new HashSet<>();
        for (String word : words) {
            if (!word.isEmpty()) {
                numbers.add(Integer.parseInt(word));
            }
        }
        return numbers;
    }
}
