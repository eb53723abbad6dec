package io.octavo.client.group;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.octavo.client.Admin.TopicDescription;
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
final class ConsumerMembership extends Membership {
    /// From version 1 on members make their ids themselves.
    private static final VersionRange VERSIONS = new VersionRange(1, 1);

    private static final int JOIN = 0;
    private static final int LEAVE = -1;

    /// @param topic by its id: another topic of the same name is not the same
    private record Place(Uuid topic, int index) {}

    private final int rebalanceTimeoutMs;
    private final Map<Uuid, String> names = new HashMap<>();

    private int epoch;
    private long heartbeatMs;
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
        super(group, memberId);
        this.rebalanceTimeoutMs = rebalanceTimeoutMs;
    }

    @Override
    void topics(Collection<TopicDescription> all) {
        all.forEach(topic -> names.put(topic.id(), topic.name()));
        reconcile();
    }

    @Override
    boolean isLookingForTopics() {
        return target.stream().anyMatch(place -> !names.containsKey(place.topic));
    }

    @Override
    Set<String> othersTopics() {
        return Set.of();
    }

    @Override
    Assignment assignment() {
        boolean givingUp = state() == State.GIVING_UP;
        Set<TopicPartition> partitions = new HashSet<>();
        for (Place place : owned) {
            if (!givingUp || target.contains(place)) {
                partitions.add(new TopicPartition(name(place), place.index));
            }
        }
        return new Assignment(partitions, givingUp, losses(), memberId(), epoch, true);
    }

    @Override
    Ask<?, ?> ask() {
        leaveSaid = state() == State.LEAVING;
        ConsumerGroupHeartbeatRequest request =
                ConsumerGroupHeartbeatRequest.defaults()
                        .withGroupId(group)
                        .withMemberId(memberId())
                        .withMemberEpoch(leaveSaid ? LEAVE : epoch);
        if (!leaveSaid) {
            if (saysAll) {
                request = request.withRebalanceTimeoutMs(rebalanceTimeoutMs);
            }
            if (saysAll || saysTopics) {
                request = request.withSubscribedTopicNames(List.copyOf(subscribed()));
            }
            if (saysAll || hasNews()) {
                request = request.withTopicPartitions(said(owned));
                heard = owned;
            }
            saysAll = false;
            saysTopics = false;
        }
        return new Ask<>(ConsumerGroupHeartbeatRequest.API, VERSIONS, request, 0);
    }

    @Override
    long speaksMs() {
        return switch (state()) {
            case JOINING, LEAVING -> Long.MIN_VALUE;
            case MEMBER, GIVING_UP ->
                    saysAll || saysTopics || hasNews() ? Long.MIN_VALUE : heartbeatMs;
            case ASSIGNING, SYNCING, OVER -> Long.MAX_VALUE;
        };
    }

    @Override
    ErrorCode heard(Response answer, long nowMs) {
        ConsumerGroupHeartbeatResponse said = (ConsumerGroupHeartbeatResponse) answer;
        ErrorCode error = ErrorCode.of(said.errorCode());
        if (state() == State.LEAVING) {
            if (leaveSaid) {
                become(State.OVER);
            }
            return error;
        }
        switch (error) {
            case NONE -> taken(said, nowMs);
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID -> {
                epoch = JOIN;
                saysAll = true;
                startOver(nowMs);
            }
            default -> refused(error, said.errorMessage(), nowMs);
        }
        return error;
    }

    @Override
    void doubt() {
        saysAll = true;
    }

    @Override
    void resubscribed() {
        saysTopics = true;
    }

    @Override
    void gaveUp() {
        Set<Place> kept = new HashSet<>(owned);
        kept.retainAll(target);
        owned = kept;
        become(State.MEMBER);
        reconcile();
    }

    @Override
    void forget() {
        owned = Set.of();
        target = Set.of();
    }

    @Override
    boolean mayBecome(State next) {
        return switch (next) {
            case JOINING -> state() == State.MEMBER || state() == State.GIVING_UP;
            case MEMBER -> state() == State.JOINING || state() == State.GIVING_UP;
            case GIVING_UP -> state() == State.MEMBER;
            case LEAVING -> state() != State.OVER;
            case OVER -> true;
            case ASSIGNING, SYNCING -> false;
        };
    }

    private void taken(ConsumerGroupHeartbeatResponse said, long nowMs) {
        taken();
        epoch = said.memberEpoch();
        heartbeatMs = nowMs + said.heartbeatIntervalMs();
        if (state() == State.JOINING) {
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
        if (state() != State.MEMBER) {
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
        return state() == State.MEMBER && !owned.equals(heard);
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
