package io.octavo.client.group;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.octavo.client.Admin.TopicDescription;
import io.octavo.client.ClientException;
import io.octavo.client.Refused;
import io.octavo.client.TopicPartition;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A member of a group whose coordinator assigns (KIP-848).
///
/// ```
///           fenced, unknown: all is lost
///          ┌─────────────────────────────┐
///          v                             │      target without all it has      gave up
///  ─> JOINING ── taken, with an epoch ─> MEMBER ──────────> GIVING_UP ──────────> MEMBER, which says what it has
///          │                             │                     │
///          └──────────── leave ──────────┴─────────────────────┴──> LEAVING ── heard, or not in time ──> OVER
/// ```
///
/// A heartbeat says everything when it joins, and when nobody knows whether the last one was heard;
/// else only what is new. What it says it has, the coordinator may rely on: it is told only after
/// the application has given up the rest.
final class ConsumerMembership implements Membership {
    /// From version 1 on members make their ids themselves.
    private static final VersionRange VERSIONS = new VersionRange(1, 1);

    private static final int JOIN = 0;
    private static final int LEAVE = -1;

    private enum State {
        JOINING,
        MEMBER,
        GIVING_UP,
        LEAVING,
        OVER
    }

    /// @param topic by its id: another topic of the same name is not the same
    private record Place(Uuid topic, int index) {}

    private final String group;
    private final String memberId;
    private final int rebalanceTimeoutMs;
    private final Backoff backoff = new Backoff();
    private final Map<Uuid, String> names = new HashMap<>();

    private State state = State.JOINING;
    private int epoch;
    private boolean joined;
    private long heartbeatMs;
    private boolean asking;
    private int losses;
    private @Nullable ClientException failure;

    private Set<String> subscribed = Set.of();
    private Set<Place> owned = Set.of();

    /// What the coordinator wants it to have.
    private Set<Place> target = Set.of();

    /// What it has said it has.
    private Set<Place> heard = Set.of();

    /// What the next heartbeat has to say besides that the member lives.
    private boolean saysAll = true;

    private boolean saysTopics;
    private boolean leaveSaid;

    /// @param memberId that nobody else has
    ConsumerMembership(String group, String memberId, int rebalanceTimeoutMs) {
        this.group = group;
        this.memberId = memberId;
        this.rebalanceTimeoutMs = rebalanceTimeoutMs;
    }

    @Override
    public @Nullable Ask<?, ?> next(long nowMs) {
        long due = dueMs();
        if (due == Long.MAX_VALUE || nowMs < due) {
            return null;
        }
        ConsumerGroupHeartbeatRequest request =
                ConsumerGroupHeartbeatRequest.defaults()
                        .withGroupId(group)
                        .withMemberId(memberId)
                        .withMemberEpoch(state == State.LEAVING ? LEAVE : epoch);
        if (state != State.LEAVING) {
            if (saysAll) {
                request = request.withRebalanceTimeoutMs(rebalanceTimeoutMs);
            }
            if (saysAll || saysTopics) {
                request = request.withSubscribedTopicNames(List.copyOf(subscribed));
            }
            if (saysAll || hasNews()) {
                request = request.withTopicPartitions(said(owned));
                heard = owned;
            }
            saysAll = false;
            saysTopics = false;
        }
        leaveSaid = state == State.LEAVING;
        asking = true;
        return new Ask<>(ConsumerGroupHeartbeatRequest.API, VERSIONS, request, 0);
    }

    @Override
    public long dueMs() {
        if (asking || state == State.OVER) {
            return Long.MAX_VALUE;
        }
        boolean now = state == State.JOINING || state == State.LEAVING || hasNews();
        return Math.max(
                now || saysAll || saysTopics ? Long.MIN_VALUE : heartbeatMs, backoff.untilMs());
    }

    @Override
    public boolean answered(Response answer, long nowMs) {
        asking = false;
        if (state == State.LEAVING) {
            if (leaveSaid) {
                become(State.OVER);
            }
            return true;
        }
        ConsumerGroupHeartbeatResponse said = (ConsumerGroupHeartbeatResponse) answer;
        ErrorCode error = ErrorCode.of(said.errorCode());
        switch (error) {
            case NONE -> taken(said, nowMs);
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID -> lose(nowMs);
            default -> {
                if (error.retriable()) {
                    unanswered(nowMs);
                } else {
                    failed(new Refused("group " + group, error, said.errorMessage()));
                }
            }
        }
        return !Membership.isElsewhere(error);
    }

    @Override
    public void unanswered(long nowMs) {
        asking = false;
        saysAll = true;
        backoff.failed(nowMs);
    }

    @Override
    public void failed(ClientException reason) {
        asking = false;
        failure = reason;
        forget();
        become(State.OVER);
    }

    @Override
    public void subscribe(Set<String> topics) {
        if (!subscribed.equals(topics)) {
            subscribed = new TreeSet<>(topics);
            saysTopics = true;
        }
    }

    @Override
    public void topics(Collection<TopicDescription> all) {
        all.forEach(topic -> names.put(topic.id(), topic.name()));
        reconcile();
    }

    @Override
    public boolean isLookingForTopics() {
        return target.stream().anyMatch(place -> !names.containsKey(place.topic));
    }

    @Override
    public Set<String> othersTopics() {
        return Set.of();
    }

    @Override
    public Assignment assignment() {
        Set<TopicPartition> partitions = new HashSet<>();
        for (Place place : owned) {
            if (state != State.GIVING_UP || target.contains(place)) {
                partitions.add(new TopicPartition(name(place), place.index));
            }
        }
        return new Assignment(partitions, state == State.GIVING_UP, losses, memberId, epoch, true);
    }

    @Override
    public void gaveUp(Assignment followed) {
        if (state == State.GIVING_UP && followed.equals(assignment())) {
            Set<Place> kept = new HashSet<>(owned);
            kept.retainAll(target);
            owned = kept;
            become(State.MEMBER);
            reconcile();
        }
    }

    @Override
    public void leave() {
        if (state != State.OVER && state != State.LEAVING) {
            forget();
            backoff.succeeded();
            become(State.LEAVING);
        }
    }

    @Override
    public boolean isOver() {
        return state == State.OVER;
    }

    @Override
    public @Nullable ClientException failure() {
        return failure;
    }

    @Override
    public boolean hasJoined() {
        return joined;
    }

    private void taken(ConsumerGroupHeartbeatResponse said, long nowMs) {
        backoff.succeeded();
        joined = true;
        epoch = said.memberEpoch();
        heartbeatMs = nowMs + said.heartbeatIntervalMs();
        if (state == State.JOINING) {
            become(State.MEMBER);
        }
        var assigned = said.assignment();
        if (assigned != null) {
            Set<Place> places = new HashSet<>();
            for (var its : assigned.topicPartitions()) {
                its.partitions().forEach(index -> places.add(new Place(its.topicId(), index)));
            }
            target = places;
            reconcile();
        }
    }

    /// Goes from what it has to what it should have, as far as it knows the topics.
    private void reconcile() {
        if (state != State.MEMBER) {
            return;
        }
        if (!target.containsAll(owned)) {
            become(State.GIVING_UP);
            return;
        }
        Set<Place> known = new HashSet<>(target);
        known.removeIf(place -> !names.containsKey(place.topic));
        owned = known;
    }

    /// Whether the coordinator waits to hear what it has.
    private boolean hasNews() {
        return state == State.MEMBER && !owned.equals(heard);
    }

    /// The coordinator has given everything to others.
    private void lose(long nowMs) {
        forget();
        epoch = JOIN;
        saysAll = true;
        if (state == State.JOINING) {
            backoff.failed(nowMs);
        } else {
            become(State.JOINING);
        }
    }

    private void forget() {
        losses++;
        owned = Set.of();
        target = Set.of();
    }

    private void become(State next) {
        boolean legal =
                switch (next) {
                    case JOINING -> state == State.MEMBER || state == State.GIVING_UP;
                    case MEMBER -> state == State.JOINING || state == State.GIVING_UP;
                    case GIVING_UP -> state == State.MEMBER;
                    case LEAVING -> state != State.OVER;
                    case OVER -> true;
                };
        if (!legal) {
            throw new IllegalStateException("a member goes from " + state + " to " + next);
        }
        state = next;
    }

    private String name(Place place) {
        return names.getOrDefault(place.topic, "");
    }

    private static List<TopicPartitions> said(Set<Place> places) {
        List<TopicPartitions> said = new ArrayList<>();
        places.stream()
                .collect(groupingBy(Place::topic, mapping(Place::index, toList())))
                .forEach((topic, its) -> said.add(new TopicPartitions(topic, its)));
        return said;
    }
}
