package io.octavo.broker.group;

import io.octavo.broker.group.History.Cause;
import io.octavo.broker.shard.Write;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How a classic group gets from one generation to the next.
///
/// ```
/// prepare: who waits for an assignment is told to join again
///     │
///     ├─ the group was empty: wait group.initial.rebalance.delay.ms, and again while members
///     │  come, at most for their rebalance timeout
///     ├─ else until all have joined, at most for their rebalance timeout
///     ▼
/// complete: dynamic members that did not join are forgotten, one that did leads, all are answered
///     │
///     └─ who has not synced after the rebalance timeout is forgotten, and we prepare again
/// ```
///
/// When nobody is left the group is empty, in a generation of its own; this alone is written here.
final class ClassicRebalance {
    /// Between two attempts to write that a group is empty.
    private static final int RETRY_MS = 1_000;

    private final ClassicGroup group;
    private final ClassicMembers members;

    /// When to stop waiting: for joins, and for syncs.
    private Loop.@Nullable Timer joinTimer;

    private Loop.@Nullable Timer syncTimer;

    /// Counts what was scheduled for joins: only the last is wanted.
    private long scheduled;

    /// Whether somebody came since we last looked, in an initial rebalance.
    private boolean came;

    /// A member, or who may become one, that goes.
    record Departure(String memberId, Cause cause, @Nullable String reason) {}

    ClassicRebalance(ClassicGroup group) {
        this.group = group;
        members = group.members();
    }

    /// The group was loaded.
    void begin() {
        int max = group.context().config().get().membersMax();
        if (members.size() > max) {
            group.history().note(Cause.TOO_MANY, "the coordinator", null);
            prepare("more members than " + max);
        }
    }

    void end() {
        cancel(joinTimer);
        cancel(syncTimer);
    }

    /// Somebody joined the group: it rebalances, or goes on with that.
    void joined(boolean isNew, String reason) {
        if (group.is(ClassicState.PREPARING_REBALANCE)) {
            came |= isNew;
            completeIfAllJoined(false);
        } else {
            prepare(reason);
        }
    }

    /// Lets all members join again. There are members, or there may be.
    void prepare(String reason) {
        if (group.is(ClassicState.COMPLETING_REBALANCE)) {
            for (ClassicMember member : members.all()) {
                members.assign(member, ClassicMember.NO_BYTES);
                if (member.answerSync(ClassicAnswers.sync(ErrorCode.REBALANCE_IN_PROGRESS))) {
                    member.session().extend(member.terms().sessionTimeoutMs());
                }
            }
        }
        members.expectNoSyncs();
        cancel(syncTimer);
        boolean initial = group.is(ClassicState.EMPTY);
        group.become(ClassicState.PREPARING_REBALANCE, reason);
        int timeoutMs = members.rebalanceTimeoutMs();
        if (initial) {
            came = false;
            int delayMs = group.context().config().get().initialRebalanceDelayMs();
            initial(delayMs, Math.max(timeoutMs - delayMs, 0));
        } else if (members.allJoined() && !members.isEmpty()) {
            complete();
        } else {
            schedule(timeoutMs, this::timeUp);
        }
    }

    private void initial(int delayMs, int leftMs) {
        schedule(delayMs, () -> initialTimeUp(delayMs, leftMs));
    }

    private Write initialTimeUp(int waitedMs, int leftMs) {
        if (!came || leftMs == 0) {
            return timeUp();
        }
        return Write.answer(() -> {
            came = false;
            int delayMs = group.context().config().get().initialRebalanceDelayMs();
            initial(Math.min(delayMs, leftMs), Math.max(leftMs - waitedMs, 0));
        });
    }

    /// Does not wait any longer for members to join.
    private Write timeUp() {
        List<String> absent = members.absent();
        if (absent.size() == members.size()) {
            return emptied(
                    () -> absent.forEach(id -> forget(id, Cause.DID_NOT_REJOIN, null)),
                    () -> {},
                    _ -> ifAlive(() -> schedule(RETRY_MS, this::timeUp)));
        }
        return Write.answer(() -> {
            absent.forEach(id -> forget(id, Cause.DID_NOT_REJOIN, null));
            complete();
        });
    }

    private void completeIfAllJoined(boolean evenInitial) {
        if (group.is(ClassicState.PREPARING_REBALANCE)
                && (evenInitial || group.before() != ClassicState.EMPTY)
                && members.allJoined()
                && !members.isEmpty()) {
            complete();
        }
    }

    /// Begins a generation with those who joined, and with static members that did not. If there
    /// are only such, it waits until their sessions end.
    private void complete() {
        if (!members.electJoined()) {
            schedule(members.rebalanceTimeoutMs(), this::timeUp);
            return;
        }
        unschedule();
        group.nextGeneration(group.wallMs());
        for (ClassicMember member : List.copyOf(members.all())) {
            member.markUnborn(false);
            members.answerJoin(member, joined(member));
            member.session().extend(member.terms().sessionTimeoutMs());
        }
        scheduleSyncs(members.rebalanceTimeoutMs());
    }

    /// What a member is told that is in the group's generation.
    JoinGroupResponse joined(ClassicMember member) {
        boolean leads = members.isLeader(member.id());
        return new JoinGroupResponse(
                0,
                ErrorCode.NONE.code(),
                group.generation(),
                group.protocolType(),
                group.protocol(),
                members.leader() == null ? "" : members.leader(),
                false,
                member.id(),
                leads ? everybody() : List.of());
    }

    /// What the leader is told of the members.
    List<JoinGroupResponseMember> everybody() {
        String protocol = group.protocol();
        List<JoinGroupResponseMember> told = new ArrayList<>(members.size());
        for (ClassicMember member : members.all()) {
            if (protocol != null) {
                told.add(
                        new JoinGroupResponseMember(
                                member.id(), member.instanceId(), member.metadata(protocol)));
            }
        }
        return told;
    }

    private Write syncTimeUp(int generation) {
        boolean waits =
                group.is(ClassicState.COMPLETING_REBALANCE) || group.is(ClassicState.STABLE);
        if (!waits || !group.lives() || generation != group.generation()) {
            return Write.nothing();
        }
        List<Departure> gone =
                members.unsynced().stream()
                        .map(id -> new Departure(id, Cause.DID_NOT_SYNC, null))
                        .toList();
        return remove(gone, () -> {}, _ -> ifAlive(() -> scheduleSyncs(RETRY_MS)));
    }

    private void scheduleSyncs(int delayMs) {
        int generation = group.generation();
        syncTimer =
                group.shard()
                        .turns()
                        .schedule(group.id(), Math.max(delayMs, 0), () -> syncTimeUp(generation));
    }

    private void ifAlive(Runnable retry) {
        if (group.lives()) {
            retry.run();
        }
    }

    /// Nothing was heard of a member, or of who may become one, for its session timeout.
    Write expired(String memberId) {
        ClassicMember member = members.get(memberId);
        if (!group.lives() || (member == null && !members.isPending(memberId))) {
            return Write.nothing();
        }
        if (member != null && member.isHeard()) {
            return Write.nothing();
        }
        return remove(
                List.of(new Departure(memberId, Cause.TIMED_OUT, null)),
                () -> {},
                _ -> ifAlive(() -> tryAgain(memberId)));
    }

    private void tryAgain(String memberId) {
        Session session = members.session(memberId);
        if (session != null) {
            session.extend(RETRY_MS);
        }
    }

    /// A member is not taken back, or who may become one is not taken in, for want of room.
    void refused(String memberId) {
        forget(memberId, Cause.TOO_MANY, null);
        completeIfAllJoined(false);
    }

    /// Lets members go, and the others rebalance.
    ///
    /// @param done told when they are gone
    /// @param failed told when that cannot be written: nothing has changed
    Write remove(List<Departure> gone, Runnable done, Consumer<ErrorCode> failed) {
        if (gone.isEmpty()) {
            return Write.answer(done);
        }
        boolean left = gone.stream().anyMatch(one -> one.cause() == Cause.LEFT);
        boolean rebalances = left || gone.stream().anyMatch(one -> isMember(one.memberId()));
        Runnable forget =
                () -> gone.forEach(one -> forget(one.memberId(), one.cause(), one.reason()));
        if (rebalances(left, rebalances) && leavesNobody(gone)) {
            return emptied(forget, done, failed);
        }
        return Write.answer(() -> {
            forget.run();
            if (!group.is(ClassicState.PREPARING_REBALANCE)) {
                if (rebalances && !group.is(ClassicState.EMPTY)) {
                    prepare(said(gone));
                }
            } else {
                completeIfAllJoined(!left);
            }
            done.run();
        });
    }

    private static String said(List<Departure> gone) {
        Departure first = gone.getFirst();
        String said = first.memberId() + " " + first.cause();
        return gone.size() == 1 ? said : said + ", and " + (gone.size() - 1) + " more are gone";
    }

    /// Whether members that go let the rebalance go on at once, should nobody be left.
    private boolean rebalances(boolean left, boolean members) {
        return switch (group.is()) {
            case STABLE, COMPLETING_REBALANCE -> members;
            case PREPARING_REBALANCE -> !left || group.before() != ClassicState.EMPTY;
            case EMPTY, DEAD -> false;
        };
    }

    private boolean leavesNobody(List<Departure> gone) {
        Set<String> ids = gone.stream().map(Departure::memberId).collect(Collectors.toSet());
        return ids.containsAll(members.pending())
                && members.all().stream().allMatch(member -> ids.contains(member.id()));
    }

    private boolean isMember(String memberId) {
        return members.get(memberId) != null;
    }

    private void forget(String memberId, Cause cause, @Nullable String reason) {
        if (isMember(memberId) || cause == Cause.LEFT) {
            group.history().note(cause, memberId, reason);
        }
        members.remove(memberId);
    }

    /// Writes that the group is empty.
    ///
    /// @param forget removes its last members
    private Write emptied(Runnable forget, Runnable done, Consumer<ErrorCode> failed) {
        long nowMs = group.wallMs();
        return new Write(
                List.of(
                        ClassicRecords.of(
                                group.id(),
                                ClassicRecords.empty(
                                        group.protocolType(), group.generation() + 1, nowMs))),
                () -> {
                    forget.run();
                    unschedule();
                    cancel(syncTimer);
                    if (!group.is(ClassicState.PREPARING_REBALANCE)) {
                        group.become(ClassicState.PREPARING_REBALANCE, "nobody is left");
                    }
                    group.nextGeneration(nowMs);
                    done.run();
                },
                failed);
    }

    private void schedule(long delayMs, Supplier<Write> then) {
        unschedule();
        long its = scheduled;
        joinTimer =
                group.shard()
                        .turns()
                        .schedule(
                                group.id(),
                                Math.max(delayMs, 0),
                                () -> isWanted(its) ? then.get() : Write.nothing());
    }

    private boolean isWanted(long its) {
        return its == scheduled && group.lives() && group.is(ClassicState.PREPARING_REBALANCE);
    }

    private void unschedule() {
        scheduled++;
        cancel(joinTimer);
    }

    private static void cancel(Loop.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
