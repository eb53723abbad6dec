package io.octavo.client.group;

import io.octavo.client.Client;
import io.octavo.client.ClientException;
import io.octavo.client.Consumer;
import io.octavo.client.ConsumerRecord;
import io.octavo.client.Coordinator;
import io.octavo.client.Position;
import io.octavo.client.Refused;
import io.octavo.client.TimedOut;
import io.octavo.client.TopicPartition;
import io.octavo.ports.Deadline;
import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Reads topics together with the other members of a group: each partition is read by one of them,
/// from where the group has come. For one thread, except [#wakeup()].
///
/// ```
/// poll ──> records ──> process them ──> processed() ──> poll ...       what was processed is committed
/// ```
///
/// What was not said to be processed is given again, to this member or another: everything at least
/// once. Partitions come and go in [#poll] only. While the application processes, the member goes
/// on to be one; it holds its partitions until others want them, and then for the rebalance timeout
/// at most.
public final class GroupConsumer implements AutoCloseable {
    private static final int COMMIT_WAIT_MS = 10_000;
    private static final int LEAVE_WAIT_MS = 5_000;

    /// A wait is cut into such pieces to commit in between.
    private static final long TICK_MS = 1_000;

    private final GroupConsumerConfig config;
    private final Coordinator coordinator;
    private final Consumer consumer;
    private final Member member;
    private final GroupOffsets offsets;

    private Assignment seen;
    private final Set<TopicPartition> reading = new HashSet<>();

    /// The next offset of what was processed, and of what is known to be committed.
    private final Map<TopicPartition, Long> processed = new HashMap<>();

    private final Map<TopicPartition, Long> committed = new HashMap<>();

    /// Where partitions ended when they were read first.
    private final Map<TopicPartition, Long> firstEnds = new HashMap<>();

    private @Nullable Finding finding;
    private @Nullable Committing committing;
    private Deadline commitAt;
    private volatile boolean woken;

    /// Where partitions are read from that are new here, on its way.
    private record Finding(
            Set<TopicPartition> partitions, CompletableFuture<Map<TopicPartition, Long>> answer) {}

    /// A commit on its way.
    private record Committing(
            Map<TopicPartition, Long> positions, CompletableFuture<Boolean> answer) {}

    /// Joins the group.
    public GroupConsumer(Client client, GroupConsumerConfig config, Subscription subscription) {
        this(client, config, subscription, Randomness.system());
    }

    GroupConsumer(
            Client client,
            GroupConsumerConfig config,
            Subscription subscription,
            Randomness randomness) {
        this.config = config;
        coordinator = new Coordinator(client, config.group());
        consumer = new Consumer(client, config.fetching());
        String memberId = new Uuid(randomness.nextLong(), randomness.nextLong()).toString();
        member = new Member(coordinator, config, subscription, memberId, consumer::wakeup);
        seen = member.assignment();
        offsets = new GroupOffsets(coordinator, config.group(), member::assignment);
        commitAt = Deadline.after(coordinator.clock(), config.commitIntervalMs());
        member.start();
    }

    /// The next records, as soon as there are some; none when `timeoutMs` has passed or [#wakeup()]
    /// was called.
    ///
    /// @param recordsMax so many at most
    /// @throws ClientException when this is no member any more and cannot be one, or a partition
    ///   cannot be read
    public List<ConsumerRecord> poll(long timeoutMs, int recordsMax) {
        Deadline deadline = Deadline.after(coordinator.clock(), timeoutMs);
        while (true) {
            follow();
            commitWhenDue();
            long leftMs = deadline.remainingMs(coordinator.clock());
            List<ConsumerRecord> records = consumer.poll(Math.min(leftMs, TICK_MS), recordsMax);
            if (!records.isEmpty() || leftMs == 0 || woken) {
                woken = false;
                return records;
            }
        }
    }

    /// Everything that polls have returned was processed, and may be committed.
    public void processed() {
        consumer.positions()
                .forEach((partition, offset) -> {
                    if (reading.contains(partition)) {
                        processed.put(partition, offset);
                    }
                });
    }

    /// Whether it has partitions, and has read them to where they ended when it began with them:
    /// who writes on does not keep it from that.
    public boolean isCaughtUp() {
        if (seen != member.assignment() || seen.givingUp() || finding != null) {
            return false;
        }
        Map<TopicPartition, Long> positions = consumer.positions();
        boolean caughtUp = !reading.isEmpty();
        for (TopicPartition partition : reading) {
            Long position = positions.get(partition);
            if (position == null) {
                caughtUp = false;
                continue;
            }
            long end = consumer.knownEnd(partition);
            if (end >= 0) {
                firstEnds.putIfAbsent(partition, end);
            }
            Long first = firstEnds.get(partition);
            caughtUp &= first != null && position >= first;
        }
        return caughtUp;
    }

    /// What it reads now.
    public Set<TopicPartition> partitions() {
        return Set.copyOf(reading);
    }

    /// Makes the poll that waits, or the next one that would, return at once. For any thread.
    public void wakeup() {
        woken = true;
        consumer.wakeup();
    }

    /// Commits what was processed, and leaves the group.
    ///
    /// @throws ClientException when that could not be committed
    @Override
    public void close() {
        try {
            if (member.failure() == null && isStill(member.assignment())) {
                commitNow(reading);
            }
        } finally {
            await(member.leave(), LEAVE_WAIT_MS);
            consumer.close();
            CompletableFuture<Void> dropped = new CompletableFuture<>();
            coordinator
                    .loop()
                    .execute(() -> {
                        coordinator.drop();
                        dropped.complete(null);
                    });
            await(dropped, LEAVE_WAIT_MS);
        }
    }

    /// Does what the assignment says: gives up, takes, finds where to read from.
    private void follow() {
        Assignment now = member.assignment();
        ClientException failure = member.failure();
        if (failure != null) {
            throw failure;
        }
        if (now != seen) {
            Set<TopicPartition> gone = new HashSet<>(reading);
            if (isStill(now)) {
                gone.removeAll(now.partitions());
                commitNow(gone);
            }
            forget(gone);
            seen = now;
            if (now.givingUp()) {
                member.gaveUp(now);
            }
            Set<TopicPartition> fresh = new HashSet<>(now.partitions());
            fresh.removeAll(reading);
            reading.addAll(fresh);
            find(fresh);
        }
        found();
    }

    /// Whether what is read was never lost in between.
    private boolean isStill(Assignment now) {
        return now.losses() == seen.losses();
    }

    private void forget(Set<TopicPartition> gone) {
        consumer.forget(gone);
        reading.removeAll(gone);
        processed.keySet().removeAll(gone);
        committed.keySet().removeAll(gone);
        firstEnds.keySet().removeAll(gone);
    }

    private void find(Set<TopicPartition> fresh) {
        if (fresh.isEmpty()) {
            return;
        }
        Set<TopicPartition> sought = new HashSet<>(fresh);
        if (finding != null) {
            sought.addAll(finding.partitions);
        }
        sought.retainAll(reading);
        Finding begun = new Finding(sought, offsets.committed(sought));
        finding = begun;
        var unused = begun.answer.whenComplete((found, problem) -> consumer.wakeup());
    }

    /// Begins to read what was looked for, where the group has come or as it is configured.
    private void found() {
        Finding done = finding;
        if (done == null || !done.answer.isDone()) {
            return;
        }
        finding = null;
        Map<TopicPartition, Long> found;
        try {
            found = Completed.of(done.answer);
        } catch (ClientException problem) {
            if (!isOutdated(problem)) {
                throw problem;
            }
            // The member has lost everything, and its next assignment will say so.
            return;
        }
        for (TopicPartition partition : done.partitions) {
            if (reading.contains(partition)) {
                Long offset = found.get(partition);
                if (offset != null) {
                    committed.put(partition, offset);
                }
                consumer.seek(partition, offset == null ? config.from() : Position.at(offset));
            }
        }
    }

    private void commitWhenDue() {
        Committing done = committing;
        if (done != null && done.answer.isDone()) {
            committing = null;
            conclude(done);
        }
        if (committing == null && commitAt.passed(coordinator.clock())) {
            commitAt = Deadline.after(coordinator.clock(), config.commitIntervalMs());
            Map<TopicPartition, Long> due = due(reading);
            if (!due.isEmpty()) {
                int timeoutMs = coordinator.config().apiTimeoutMs();
                committing = new Committing(due, offsets.commit(due, timeoutMs));
            }
        }
    }

    /// Commits, and waits for it. That the member was taken for gone in the meantime is no failure:
    /// then what it has not committed is processed again by another.
    private void commitNow(Set<TopicPartition> partitions) {
        Committing earlier = committing;
        if (earlier != null) {
            // It could still be tried again, and take the group back.
            committing = null;
            await(earlier.answer, COMMIT_WAIT_MS);
            conclude(earlier);
        }
        Map<TopicPartition, Long> due = due(partitions);
        if (due.isEmpty()) {
            return;
        }
        Committing begun = new Committing(due, offsets.commit(due, COMMIT_WAIT_MS));
        await(begun.answer, COMMIT_WAIT_MS);
        conclude(begun);
    }

    private Map<TopicPartition, Long> due(Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> due = new HashMap<>(processed);
        due.keySet().retainAll(partitions);
        due.entrySet().removeAll(committed.entrySet());
        return due;
    }

    private void conclude(Committing done) {
        if (!done.answer.isDone()) {
            throw new TimedOut("what was processed could not be committed in time");
        }
        try {
            var unused = Completed.of(done.answer);
            done.positions.keySet().retainAll(reading);
            committed.putAll(done.positions);
        } catch (ClientException problem) {
            if (!isOutdated(problem)) {
                throw problem;
            }
        }
    }

    /// Whether an error only says that the member is not what it was.
    private static boolean isOutdated(ClientException problem) {
        return problem instanceof Refused refused
                && switch (refused.code()) {
                    case ILLEGAL_GENERATION,
                            UNKNOWN_MEMBER_ID,
                            FENCED_MEMBER_EPOCH,
                            STALE_MEMBER_EPOCH,
                            REBALANCE_IN_PROGRESS ->
                            true;
                    default -> false;
                };
    }

    private static void await(CompletableFuture<?> future, long timeoutMs) {
        try {
            future.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Whoever needs the result looks at it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
