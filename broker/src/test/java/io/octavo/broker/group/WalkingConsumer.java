package io.octavo.broker.group;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest;
import io.octavo.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import io.octavo.protocol.message.ConsumerGroupHeartbeatResponse;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A consumer of a random walk, as a client of KIP-848 behaves: it revokes before it takes, says
/// everything again when it missed an answer, and forgets everything when it is fenced.
final class WalkingConsumer {
    private static final int REBALANCE_MS = 60_000;

    final String id;
    final @Nullable String instanceId;
    final Map<Uuid, Set<Integer>> owned = new HashMap<>();

    /// What it subscribes to: names, or an expression, and the assignor that it asks for.
    private List<String> names;

    private String regex;
    private @Nullable String assignor;

    private int epoch;
    private boolean full = true;
    private boolean told;

    /// What it was last told to have; it has not taken it before it has given up the rest.
    private Map<Uuid, Set<Integer>> wanted = Map.of();

    /// Whether it waits for an answer.
    boolean asking;

    /// How often it was told that there is no memory for it.
    int waits;

    /// Whether it does nothing for a while.
    boolean paused;

    /// Whether its last word is said.
    boolean gone;

    WalkingConsumer(String id, @Nullable String instanceId, List<String> names, String regex) {
        this.id = id;
        this.instanceId = instanceId;
        this.names = names;
        this.regex = regex;
    }

    int epoch() {
        return epoch;
    }

    void subscribe(List<String> names, String regex, @Nullable String assignor) {
        this.names = names;
        this.regex = regex;
        this.assignor = assignor;
        full = true;
    }

    ConsumerGroupHeartbeatRequest leaves(int withEpoch) {
        gone = true;
        owned.clear();
        return ConsumerGroupHeartbeatRequest.defaults()
                .withGroupId("g")
                .withMemberId(id)
                .withInstanceId(instanceId)
                .withMemberEpoch(withEpoch);
    }

    ConsumerGroupHeartbeatRequest heartbeat(String group) {
        asking = true;
        ConsumerGroupHeartbeatRequest request =
                ConsumerGroupHeartbeatRequest.defaults()
                        .withGroupId(group)
                        .withMemberId(id)
                        .withInstanceId(instanceId)
                        .withMemberEpoch(epoch);
        if (full || epoch == 0) {
            full = false;
            told = true;
            return request.withRebalanceTimeoutMs(REBALANCE_MS)
                    .withSubscribedTopicNames(names)
                    .withSubscribedTopicRegex(regex)
                    .withServerAssignor(assignor)
                    .withTopicPartitions(listed());
        }
        if (!told) {
            told = true;
            return request.withTopicPartitions(listed());
        }
        return request;
    }

    /// Null when the answer is lost.
    void answered(@Nullable ConsumerGroupHeartbeatResponse response) {
        asking = false;
        if (gone) {
            return;
        }
        if (response == null) {
            full = true;
            return;
        }
        switch (ErrorCode.of(response.errorCode())) {
            case NONE -> {
                epoch = response.memberEpoch();
                if (response.assignment() != null) {
                    wanted = new HashMap<>();
                    response.assignment()
                            .topicPartitions()
                            .forEach(topic ->
                                    wanted.put(topic.topicId(), new TreeSet<>(topic.partitions())));
                    takeIfNothingIsLeft();
                }
            }
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID -> {
                owned.clear();
                wanted = Map.of();
                epoch = 0;
                full = true;
            }
            case FENCED_INSTANCE_ID -> {
                owned.clear();
                gone = true;
            }
            case UNRELEASED_INSTANCE_ID,
                    GROUP_MAX_SIZE_REACHED,
                    GROUP_ID_NOT_FOUND,
                    NOT_COORDINATOR,
                    COORDINATOR_NOT_AVAILABLE ->
                    full = true;
            case COORDINATOR_LOAD_IN_PROGRESS -> {
                full = true;
                waits++;
            }
            default -> throw new AssertionError(response);
        }
    }

    boolean revokes() {
        return !left().isEmpty();
    }

    /// It has given up everything that it should not have.
    void revoked() {
        left().forEach((topic, partitions) -> {
            Set<Integer> its = owned.getOrDefault(topic, Set.of());
            its.removeAll(partitions);
            if (its.isEmpty()) {
                owned.remove(topic);
            }
        });
        told = false;
        takeIfNothingIsLeft();
    }

    private void takeIfNothingIsLeft() {
        if (left().isEmpty() && !owned.equals(wanted)) {
            owned.clear();
            wanted.forEach((topic, its) -> owned.put(topic, new TreeSet<>(its)));
            told = false;
        }
    }

    /// What it owns and should not.
    private Map<Uuid, Set<Integer>> left() {
        Map<Uuid, Set<Integer>> left = new HashMap<>();
        owned.forEach((topic, its) -> {
            Set<Integer> too = new HashSet<>(its);
            too.removeAll(wanted.getOrDefault(topic, Set.of()));
            if (!too.isEmpty()) {
                left.put(topic, too);
            }
        });
        return left;
    }

    private List<TopicPartitions> listed() {
        List<TopicPartitions> listed = new ArrayList<>();
        owned.forEach((topic, its) -> listed.add(new TopicPartitions(topic, List.copyOf(its))));
        return listed;
    }

    @Override
    public String toString() {
        return id + "/" + instanceId + " in " + epoch + " owns " + owned + " wants " + wanted;
    }
}
