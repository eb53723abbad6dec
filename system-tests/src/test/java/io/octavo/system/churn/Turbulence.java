package io.octavo.system.churn;

import io.octavo.ports.Clock;
import io.octavo.ports.Randomness;
import io.octavo.system.BrokerProcess;
import io.octavo.system.churn.Event.Disturbed;
import io.octavo.system.churn.Event.Flow;
import io.octavo.system.churn.Event.Who;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/// Kills, pauses, adds and sends away members, and kills the broker, by a seed. For one thread,
/// which takes a step every now and then.
final class Turbulence implements AutoCloseable {
    /// The first members get so long to begin.
    private static final int BEGIN_MS = 6_000;

    private static final int ACTION_MS_MIN = 800;
    private static final int ACTION_MS_MAX = 3_500;
    private static final int REPLACED_MS_MAX = 8_000;

    /// Shorter than a session.
    private static final int PAUSE_MS_MIN = 1_000;

    private static final int PAUSE_MS_MAX = 3_500;

    /// Longer than a session.
    private static final int LONG_PAUSE_MS_MIN = 8_000;

    private static final int LONG_PAUSE_MS_MAX = 12_000;
    private static final int DOWN_MS_MAX = 2_000;
    private static final int UP_MS_MIN = 20_000;
    private static final int UP_MS_MAX = 28_000;
    private static final int FIRST_UP_MS = 10_000;
    private static final int LEAVE_MS_MAX = 15_000;

    private final Map<String, List<ClientKind>> groups;
    private final Member.Start start;
    private final Ledger ledger;
    private final Randomness randomness;
    private final List<BrokerProcess> brokers = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Member> everybody = new ArrayList<>();
    private final Map<Member, Long> leaving = new HashMap<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::atMs));
    private final Map<Action, Integer> done = new EnumMap<>(Action.class);
    private int named;
    private long actionMs;
    private long brokerMs;
    private long restartMsMax;

    /// @param groups who is in each of them when nobody is missing
    Turbulence(
            BrokerProcess broker,
            Map<String, List<ClientKind>> groups,
            Member.Start start,
            Ledger ledger,
            long seed) {
        this.groups = new TreeMap<>(groups);
        this.start = start;
        this.ledger = ledger;
        randomness = Randomness.seeded(seed);
        brokers.add(broker);
    }

    /// What is done to a group.
    private enum Action {
        KILL,
        PAUSE,
        LONG_PAUSE,
        ADD,
        LEAVE
    }

    /// Starts everybody.
    void begin() {
        groups.forEach((group, kinds) -> kinds.forEach(kind -> add(group, kind)));
        long nowMs = Clock.system().millis();
        actionMs = nowMs + BEGIN_MS;
        brokerMs = nowMs + FIRST_UP_MS;
    }

    /// Does what is due.
    void step() {
        long nowMs = Clock.system().millis();
        runDue(nowMs);
        reap(nowMs);
        if (nowMs >= brokerMs) {
            killBroker(nowMs);
        }
        if (nowMs >= actionMs) {
            act(nowMs);
            actionMs = nowMs + between(ACTION_MS_MIN, ACTION_MS_MAX);
        }
    }

    /// Wakes, starts and restarts whoever should be, and lets the others alone from now on.
    void calm() {
        runDue(Long.MAX_VALUE);
        leaving.forEach((member, _) -> {
            member.kill();
            disturbed(member.who().group());
        });
        leaving.clear();
    }

    /// What was done, and how often; and how often the broker was killed.
    String summary() {
        return "%d kills of the broker, which was started again in %d ms at most; members: %s"
                .formatted(brokers.size() - 1, restartMsMax, done);
    }

    /// What all brokers have printed.
    List<String> brokerLines() {
        return brokers.stream().flatMap(broker -> broker.child().output().lines()).toList();
    }

    /// Writes what all processes have said into files, for whoever looks for the reason.
    void keep(Path kept) {
        try {
            Files.createDirectories(kept);
            Files.write(kept.resolve("broker.txt"), brokerLines());
            for (Member member : everybody) {
                Files.writeString(kept.resolve(member.who().name() + ".txt"), member.output());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends all processes.
    void stop() {
        members.forEach(Member::close);
        leaving.keySet().forEach(Member::close);
        brokers.getLast().close();
    }

    @Override
    public void close() {
        stop();
    }

    private void runDue(long nowMs) {
        for (Due next = due.peek(); next != null && next.atMs <= nowMs; next = due.peek()) {
            due.remove();
            next.what.run();
        }
    }

    private void reap(long nowMs) {
        leaving.entrySet()
                .removeIf(entry -> {
                    Member member = entry.getKey();
                    if (member.isAlive() && nowMs - entry.getValue() > LEAVE_MS_MAX) {
                        ledger.violated(member.who() + " does not end");
                        member.kill();
                    } else if (!member.isAlive()) {
                        member.ended();
                    } else {
                        return false;
                    }
                    disturbed(member.who().group());
                    return true;
                });
        for (Member member : members) {
            if (!member.isAlive()) {
                throw new AssertionError(member.who() + " has ended by itself");
            }
        }
    }

    private void killBroker(long nowMs) {
        ledger.add(new Flow(Clock.system().nanos(), false));
        brokers.getLast().child().kill();
        brokerMs = Long.MAX_VALUE;
        due.add(new Due(nowMs + between(0, DOWN_MS_MAX), this::restartBroker));
    }

    private void restartBroker() {
        long fromMs = Clock.system().millis();
        brokers.add(brokers.getLast().restart());
        ledger.add(new Flow(Clock.system().nanos(), true));
        long nowMs = Clock.system().millis();
        restartMsMax = Math.max(restartMsMax, nowMs - fromMs);
        brokerMs = nowMs + between(UP_MS_MIN, UP_MS_MAX);
    }

    private void act(long nowMs) {
        String group = any(new ArrayList<>(groups.keySet()));
        Action action = any(List.of(Action.values()));
        if (action == Action.ADD) {
            if (count(group) <= wanted(group).size()) {
                done.merge(action, 1, Integer::sum);
                add(group, any(wanted(group)));
            }
            return;
        }
        List<Member> able =
                members.stream()
                        .filter(member -> member.who().group().equals(group) && !member.isPaused())
                        .toList();
        if (!able.isEmpty()) {
            Member member = any(able);
            boolean mayLeave = member.kind().leavesInOrder();
            Action its = action == Action.LEAVE && !mayLeave ? Action.KILL : action;
            done.merge(its, 1, Integer::sum);
            disturbed(group);
            act(its, member, nowMs);
        }
    }

    private void act(Action action, Member member, long nowMs) {
        switch (action) {
            case KILL -> {
                members.remove(member);
                member.kill();
                replaceLater(member, nowMs);
            }
            case PAUSE -> pause(member, nowMs + between(PAUSE_MS_MIN, PAUSE_MS_MAX));
            case LONG_PAUSE -> pause(member, nowMs + between(LONG_PAUSE_MS_MIN, LONG_PAUSE_MS_MAX));
            case LEAVE -> {
                members.remove(member);
                member.leave();
                leaving.put(member, nowMs);
                replaceLater(member, nowMs);
            }
            case ADD -> throw new AssertionError("nobody is added by itself");
        }
    }

    private void pause(Member member, long untilMs) {
        member.pause();
        due.add(
                new Due(
                        untilMs,
                        () -> {
                            disturbed(member.who().group());
                            member.resume();
                        }));
    }

    /// Where there are as many of its kind left as there should be, nobody takes its place.
    private void replaceLater(Member member, long nowMs) {
        String group = member.who().group();
        due.add(
                new Due(
                        nowMs + between(0, REPLACED_MS_MAX),
                        () -> {
                            if (count(group, member.kind()) < wanted(group, member.kind())) {
                                add(group, member.kind());
                            }
                        }));
    }

    private void add(String group, ClientKind kind) {
        disturbed(group);
        String name = group + "-" + kind.toString().toLowerCase(Locale.ROOT) + "-" + named++;
        Member member = new Member(new Who(group, name), kind, ledger, start);
        members.add(member);
        everybody.add(member);
    }

    private void disturbed(String group) {
        ledger.add(new Disturbed(Clock.system().nanos(), group));
    }

    private List<ClientKind> wanted(String group) {
        return groups.getOrDefault(group, List.of());
    }

    private long wanted(String group, ClientKind kind) {
        return Collections.frequency(wanted(group), kind);
    }

    private long count(String group) {
        return members.stream().filter(member -> member.who().group().equals(group)).count();
    }

    private long count(String group, ClientKind kind) {
        return members.stream()
                .filter(member -> member.who().group().equals(group) && member.kind() == kind)
                .count();
    }

    private <T> T any(List<T> list) {
        return list.get(randomness.nextInt(list.size()));
    }

    private int between(int min, int max) {
        return min + randomness.nextInt(max - min);
    }

    private record Due(long atMs, Runnable what) {}
}
