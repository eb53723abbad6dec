package io.octavo.client.group;

import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.ClientException;
import io.octavo.client.Coordinator;
import io.octavo.client.Refused;
import io.octavo.ports.Deadline;
import io.octavo.ports.Loop;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A [Membership] at work: sends what it has to say, tells it the time and the topics. Owned by the
/// client's loop; what other threads may use says so.
final class Member {
    /// How often is looked whether topics have come, gone or grown.
    private static final int TOPICS_MS = 30_000;

    /// The pause between two looks when something is missing.
    private static final int LOOK_AGAIN_MS = 200;

    private final Coordinator coordinator;
    private final GroupConsumerConfig config;
    private final Subscription subscription;
    private final Runnable changed;
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    private Membership membership;
    private @Nullable Ask<?, ?> asked;
    private Loop.@Nullable Timer timer;
    private Loop.@Nullable Timer lookTimer;
    private boolean looking;

    /// Whether the next look is not the usual one.
    private boolean looksSoon;

    /// When failing becomes the application's business; null while it goes well.
    private @Nullable Deadline patience;

    private volatile Assignment assignment;
    private volatile @Nullable ClientException failure;

    /// @param memberId that nobody else has
    /// @param changed told, on the loop, of another assignment or a failure
    Member(
            Coordinator coordinator,
            GroupConsumerConfig config,
            Subscription subscription,
            String memberId,
            Runnable changed) {
        this.coordinator = coordinator;
        this.config = config;
        this.subscription = subscription;
        this.changed = changed;
        membership =
                switch (config.protocol()) {
                    case ANY, CONSUMER ->
                            new ConsumerMembership(
                                    config.group(), memberId, config.rebalanceTimeoutMs());
                    case CLASSIC -> new ClassicMembership(config);
                };
        assignment = membership.assignment();
    }

    /// Joins. Any thread.
    void start() {
        coordinator.loop().execute(this::look);
    }

    /// What the application may read now. Any thread.
    Assignment assignment() {
        return assignment;
    }

    /// Why this is no member any more; null while it is. Any thread.
    @Nullable ClientException failure() {
        return failure;
    }

    /// The application has given up what is not in the assignment. Any thread.
    void gaveUp(Assignment followed) {
        coordinator
                .loop()
                .execute(() -> {
                    membership.gaveUp(followed);
                    step();
                });
    }

    /// Leaves the group; the application has given up everything. Any thread.
    ///
    /// @return done when the coordinator has heard it
    CompletableFuture<Void> leave() {
        coordinator
                .loop()
                .execute(() -> {
                    membership.leave();
                    Ask<?, ?> held = asked;
                    if (held != null && held.timeoutMs() > 0) {
                        // Its answer may take minutes, and what is said after it waits behind it.
                        coordinator.drop();
                    }
                    step();
                });
        return left;
    }

    private void step() {
        publish();
        if (membership.isOver()) {
            left.complete(null);
            stop(lookTimer);
            stop(timer);
            return;
        }
        if (membership.isLookingForTopics() && !looksSoon) {
            look();
        }
        long nowMs = coordinator.clock().millis();
        Ask<?, ?> ask = membership.next(nowMs);
        if (ask != null) {
            asked = ask;
            send(ask);
            return;
        }
        stop(timer);
        long dueMs = membership.dueMs();
        if (dueMs != Long.MAX_VALUE) {
            timer = coordinator.loop().schedule(Math.max(dueMs - nowMs, 0), this::step);
        }
    }

    private <Q extends Request, R extends Response> void send(Ask<Q, R> ask) {
        int usualMs = coordinator.config().requestTimeoutMs();
        coordinator.ask(
                ask.api(),
                ask.versions(),
                ask.request(),
                ask.timeoutMs() > 0 ? ask.timeoutMs() : usualMs,
                answer -> {
                    asked = null;
                    patience = null;
                    if (!membership.answered(answer, coordinator.clock().millis())) {
                        coordinator.drop();
                    }
                    concluded();
                },
                problem -> {
                    asked = null;
                    failed(problem);
                    concluded();
                });
    }

    private void failed(ClientException problem) {
        if (isWorthwhile(problem)) {
            membership.unanswered(coordinator.clock().millis());
        } else {
            membership.failed(problem);
        }
    }

    /// Whether to go on after a failure, which may pass.
    private boolean isWorthwhile(ClientException problem) {
        if (patience == null) {
            patience = Deadline.after(coordinator.clock(), coordinator.config().apiTimeoutMs());
        }
        return coordinator.isRetriable(problem) && !patience.passed(coordinator.clock());
    }

    /// After a question: the coordinator may have moved, or the broker may not let the group be one
    /// of the newer protocol.
    private void concluded() {
        ClientException problem = membership.failure();
        if (problem instanceof Refused refused && isOfAnotherTime(refused.code())) {
            membership = new ClassicMembership(config);
            look();
            return;
        }
        step();
    }

    /// Whether an error says that the group, or the broker, does not know KIP-848.
    private boolean isOfAnotherTime(ErrorCode code) {
        return config.protocol() == GroupProtocol.ANY
                && membership instanceof ConsumerMembership
                && !membership.hasJoined()
                && (code == ErrorCode.UNSUPPORTED_VERSION || code == ErrorCode.GROUP_ID_NOT_FOUND);
    }

    private void publish() {
        Assignment now = membership.assignment();
        ClientException problem = membership.failure();
        if (!now.equals(assignment) || problem != failure) {
            assignment = now;
            failure = problem;
            changed.run();
        }
    }

    /// Asks about the topics, and steps when it knows them.
    private void look() {
        if (looking || membership.isOver()) {
            return;
        }
        looking = true;
        looksSoon = false;
        Set<String> subscribed = subscription.asked();
        Set<String> names = subscribed == null ? null : new TreeSet<>(subscribed);
        if (names != null) {
            names.addAll(membership.othersTopics());
        }
        coordinator.topics(
                names,
                topics -> known(topics, names),
                problem -> {
                    looking = false;
                    if (isWorthwhile(problem)) {
                        lookAfter(LOOK_AGAIN_MS);
                    } else {
                        membership.failed(problem);
                        step();
                    }
                });
    }

    private void known(List<TopicDescription> topics, @Nullable Set<String> names) {
        looking = false;
        if (names != null && !names.containsAll(membership.othersTopics())) {
            // It has become the leader since that was asked.
            look();
            return;
        }
        membership.subscribe(subscription.of(topics));
        membership.topics(topics);
        lookAfter(membership.isLookingForTopics() ? LOOK_AGAIN_MS : TOPICS_MS);
        step();
    }

    private void lookAfter(int delayMs) {
        looksSoon = delayMs < TOPICS_MS;
        stop(lookTimer);
        lookTimer = coordinator.loop().schedule(delayMs, this::look);
    }

    private static void stop(Loop.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
