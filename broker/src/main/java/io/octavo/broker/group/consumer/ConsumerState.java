package io.octavo.broker.group.consumer;

import io.octavo.broker.cluster.ClusterView;
import io.octavo.broker.cluster.Topic;
import io.octavo.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import io.octavo.protocol.message.ConsumerGroupMemberMetadataValue;
import io.octavo.protocol.message.ConsumerGroupMetadataValue;
import io.octavo.protocol.message.ConsumerGroupRegularExpressionValue;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMemberValue;
import io.octavo.protocol.message.ConsumerGroupTargetAssignmentMetadataValue;
import io.octavo.protocol.wire.Uuid;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a consumer group is, by its records: made of those in the log when a shard is loaded, and
/// of those that an operation is about to write, by the same methods.
///
/// ```
/// group epoch        one more whenever somebody joins, leaves or subscribes to something else, or
///                    a topic changes
/// target             who should have what, computed for a group epoch
/// current            who has what; each member walks to the target by its heartbeats
/// ```
public final class ConsumerState {
    /// Of a group that is not there yet. The first that is written is the one after it, as Kafka's:
    /// so a member that waits for its first target may have an epoch that is not the one to join
    /// with.
    private static final int EPOCH_BEFORE_FIRST = 1;

    private final Map<String, ConsumerMember> members;
    private final Map<String, String> instances;
    private final Map<String, Map<Uuid, SortedSet<Integer>>> targets;
    private final Map<String, ConsumerGroupRegularExpressionValue> regexes;
    private final Owners owners;
    private @Nullable ConsumerGroupMetadataValue metadata;

    /// Whether its epoch is that of another group, and not in the log as its own.
    private boolean epochUnwritten;

    private int targetEpoch = EPOCH_BEFORE_FIRST;

    /// About what members say takes of the heap; and how many topics expressions matched.
    private long saidBytes;

    private long matches;
    private long targetAtMs;

    /// The names of the topics that members subscribe to; null when it must be found out.
    private @Nullable SortedSet<String> subscribed;

    public ConsumerState() {
        members = new LinkedHashMap<>();
        instances = new LinkedHashMap<>();
        targets = new LinkedHashMap<>();
        regexes = new LinkedHashMap<>();
        owners = new Owners();
    }

    /// A group without members whose next epoch comes after one that another group of its name has
    /// had.
    public static ConsumerState after(int epoch) {
        ConsumerState state = new ConsumerState();
        state.metadata = new ConsumerGroupMetadataValue(epoch, 0);
        state.targetEpoch = epoch;
        state.epochUnwritten = true;
        return state;
    }

    private ConsumerState(ConsumerState other) {
        members = new LinkedHashMap<>(other.members);
        instances = new LinkedHashMap<>(other.instances);
        targets = new LinkedHashMap<>(other.targets);
        regexes = new LinkedHashMap<>(other.regexes);
        owners = other.owners.copy();
        metadata = other.metadata;
        epochUnwritten = other.epochUnwritten;
        targetEpoch = other.targetEpoch;
        targetAtMs = other.targetAtMs;
        subscribed = other.subscribed;
        saidBytes = other.saidBytes;
        matches = other.matches;
    }

    ConsumerState copy() {
        return new ConsumerState(this);
    }

    /// Whether the log has a group of this kind.
    public boolean exists() {
        return metadata != null;
    }

    boolean isEpochUnwritten() {
        return epochUnwritten;
    }

    public int epoch() {
        return metadata == null ? EPOCH_BEFORE_FIRST : metadata.epoch();
    }

    /// About what members say takes of the heap.
    public long saidBytes() {
        return saidBytes;
    }

    /// About what members take of the heap: what they say, and what they have and should have once
    /// all of their topics' partitions are assigned. So a step to the target does not change it.
    public long memberBytes(ClusterView view) {
        long partitions = 0;
        for (String name : subscribed()) {
            Topic topic = view.topic(name);
            partitions += topic == null ? 0 : topic.partitions().size();
        }
        return saidBytes + MemberBytes.matched(matches) + MemberBytes.partitions(partitions);
    }

    /// What the topics that members subscribe to were like when the epoch began.
    public long metadataHash() {
        return metadata == null ? 0 : metadata.metadataHash();
    }

    /// The group epoch that the target was computed for.
    public int targetEpoch() {
        return targetEpoch;
    }

    /// When it was computed, by the wall clock; 0 if never.
    long targetAtMs() {
        return targetAtMs;
    }

    public int size() {
        return members.size();
    }

    public Collection<ConsumerMember> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    public @Nullable ConsumerMember member(String id) {
        return members.get(id);
    }

    /// The static member of this name.
    public @Nullable ConsumerMember instance(String instanceId) {
        String id = instances.get(instanceId);
        return id == null ? null : members.get(id);
    }

    /// What a member should have.
    public Map<Uuid, SortedSet<Integer>> target(String memberId) {
        return targets.getOrDefault(memberId, Map.of());
    }

    boolean hasTarget(String memberId) {
        return targets.containsKey(memberId);
    }

    /// Who has a partition, or has not given it up yet; null when nobody does.
    public @Nullable String owner(Uuid topic, int partition) {
        return owners.of(topic, partition);
    }

    /// The expressions that were resolved.
    public Set<String> regexes() {
        return Collections.unmodifiableSet(regexes.keySet());
    }

    /// The topics that an expression matched; null when it is not resolved.
    @Nullable ConsumerGroupRegularExpressionValue resolved(String regex) {
        return regexes.get(regex);
    }

    /// The names of the topics that members subscribe to, whether they exist or not.
    public SortedSet<String> subscribed() {
        SortedSet<String> names = subscribed;
        if (names == null) {
            names = new TreeSet<>();
            Set<String> seen = new HashSet<>();
            for (ConsumerMember member : members.values()) {
                names.addAll(member.metadata().subscribedTopicNames());
                String regex = member.regex();
                var resolved = regex != null && seen.add(regex) ? regexes.get(regex) : null;
                if (resolved != null) {
                    names.addAll(resolved.topics());
                }
            }
            subscribed = names;
        }
        return Collections.unmodifiableSortedSet(names);
    }

    /// The names of the topics that a member subscribes to.
    Collection<String> subscribed(ConsumerMember member) {
        String regex = member.regex();
        ConsumerGroupRegularExpressionValue resolved = regex == null ? null : regexes.get(regex);
        if (resolved == null) {
            return member.metadata().subscribedTopicNames();
        }
        Set<String> names = new TreeSet<>(member.metadata().subscribedTopicNames());
        names.addAll(resolved.topics());
        return names;
    }

    /// The name of the assignor that the next target is computed by.
    public String assignor(ConsumerGroupConfig config) {
        return TargetComputation.assignor(config, this).name();
    }

    /// Takes over a record of the group's epoch.
    public void metadata(@Nullable ConsumerGroupMetadataValue value) {
        metadata = value;
        epochUnwritten = false;
    }

    /// Takes over a record of what a member says of itself.
    public void member(String id, @Nullable ConsumerGroupMemberMetadataValue value) {
        ConsumerMember before = members.get(id);
        if (value == null || !isSubscribed(before, value)) {
            subscribed = null;
        }
        saidBytes -= before == null ? 0 : MemberBytes.of(id, before.metadata());
        saidBytes += value == null ? 0 : MemberBytes.of(id, value);
        if (before != null && before.instanceId() != null) {
            instances.remove(before.instanceId(), id);
        }
        if (value == null) {
            members.remove(id);
            owners.change(id, before == null ? null : before.current(), null);
            return;
        }
        members.put(id, (before == null ? ConsumerMember.unknown(id) : before).saying(value));
        if (value.instanceId() != null) {
            instances.put(value.instanceId(), id);
        }
    }

    /// Whether what a member says changes nothing of the topics that members subscribe to: it is
    /// new and subscribes to what others do, or says what it said.
    private boolean isSubscribed(
            @Nullable ConsumerMember before, ConsumerGroupMemberMetadataValue value) {
        if (before != null && !before.metadata().equals(ConsumerMember.NOTHING_SAID)) {
            return before.metadata().subscribedTopicNames().equals(value.subscribedTopicNames())
                    && Objects.equals(
                            before.metadata().subscribedTopicRegex(), value.subscribedTopicRegex());
        }
        String regex = value.subscribedTopicRegex();
        return subscribed != null
                && (regex == null || regex.isEmpty())
                && subscribed.containsAll(value.subscribedTopicNames());
    }

    /// Takes over a record of what a member has. One of a member that is not known is of a member
    /// whose other records come later, or is followed by a tombstone.
    public void current(String id, @Nullable ConsumerGroupCurrentMemberAssignmentValue value) {
        ConsumerMember before = members.get(id);
        if (before == null && value == null) {
            return;
        }
        saidBytes += before == null ? MemberBytes.of(id, ConsumerMember.NOTHING_SAID) : 0;
        Current after = value == null ? null : Current.of(value);
        owners.change(id, before == null ? null : before.current(), after);
        members.put(
                id,
                (before == null ? ConsumerMember.unknown(id) : before)
                        .having(after == null ? Current.NEW : after));
    }

    /// Takes over a record of what a member should have.
    public void target(String id, @Nullable ConsumerGroupTargetAssignmentMemberValue value) {
        if (value == null) {
            targets.remove(id);
            return;
        }
        Map<Uuid, SortedSet<Integer>> partitions = new LinkedHashMap<>();
        value.topicPartitions()
                .forEach(topic ->
                        partitions.put(topic.topicId(), new TreeSet<>(topic.partitions())));
        targets.put(id, Collections.unmodifiableMap(partitions));
    }

    /// Takes over a record of the target's epoch.
    public void target(@Nullable ConsumerGroupTargetAssignmentMetadataValue value) {
        targetEpoch = value == null ? EPOCH_BEFORE_FIRST : value.assignmentEpoch();
        targetAtMs = value == null ? 0 : value.assignmentTimestamp();
    }

    /// Takes over a record of what an expression matched.
    public void regex(String regex, @Nullable ConsumerGroupRegularExpressionValue value) {
        subscribed = null;
        ConsumerGroupRegularExpressionValue before =
                value == null ? regexes.remove(regex) : regexes.put(regex, value);
        if (before != null) {
            saidBytes -= MemberBytes.name(regex);
            matches -= before.topics().size();
        }
        if (value != null) {
            saidBytes += MemberBytes.name(regex);
            matches += value.topics().size();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConsumerState state
                && members.equals(state.members)
                && instances.equals(state.instances)
                && targets.equals(state.targets)
                && regexes.equals(state.regexes)
                && Objects.equals(metadata, state.metadata)
                && targetEpoch == state.targetEpoch
                && targetAtMs == state.targetAtMs;
    }

    @Override
    public int hashCode() {
        return Objects.hash(members, targets, metadata, targetEpoch);
    }

    @Override
    public String toString() {
        return "epoch " + epoch() + ", target of " + targetEpoch + ", " + members.values();
    }
}
