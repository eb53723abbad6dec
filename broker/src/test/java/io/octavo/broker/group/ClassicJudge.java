package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.GroupMetadataKey;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import io.octavo.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What must hold of classic groups: of what members are told, of what is assigned, and of the
/// groups themselves.
final class ClassicJudge implements Judge {
    private static final int SKIP_FROM = 9;

    private final Walk walk;
    private final List<ClassicWalker> walkers = new ArrayList<>();

    /// What members were told of a generation, from one load to the next: one that nobody has
    /// written may be begun again after a restart.
    private final Map<String, Told> told = new HashMap<>();

    /// Which leader's assignment was handed out in a generation: ever.
    private final Map<String, String> assigned = new HashMap<>();

    /// Who holds a part of an assignment.
    private final Map<String, String> holders = new HashMap<>();

    /// The newest generation that somebody was told, per group and load.
    private final Map<String, Integer> newest = new HashMap<>();

    /// How often a group was deleted.
    private final Map<String, Integer> lives = new HashMap<>();

    private int assignments;
    private int waits;

    private static final class Told {
        private final String protocol;
        private final Set<String> members = new HashSet<>();
        private @Nullable Set<String> listed;
        private @Nullable String leader;

        Told(String protocol) {
            this.protocol = protocol;
        }
    }

    ClassicJudge(Walk walk) {
        this.walk = walk;
    }

    /// Expects a walker to consume when all is calm, unless it is a rival.
    void add(ClassicWalker walker) {
        walkers.add(walker);
    }

    /// Somebody is told that there is no memory for it.
    void waits() {
        waits++;
    }

    /// How often somebody was.
    int waited() {
        return waits;
    }

    /// How many assignments were made.
    int assignments() {
        return assignments;
    }

    /// One part for each member, which no other member and no other assignment has.
    List<SyncGroupRequestAssignment> assign(List<String> members) {
        assignments++;
        List<SyncGroupRequestAssignment> list = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            String part = assignments + "/" + i;
            list.add(
                    new SyncGroupRequestAssignment(
                            members.get(i),
                            ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8))));
        }
        return list;
    }

    void joined(
            String groupId, @Nullable String instanceId, int version, JoinGroupResponse response) {
        if (response.errorCode() != 0) {
            assertThat(response.members()).isEmpty();
            return;
        }
        String load = load(groupId);
        newest.merge(load, response.generationId(), Math::max);
        Told its =
                told.computeIfAbsent(
                        load + "#" + response.generationId(),
                        _ -> new Told(Objects.requireNonNull(response.protocolName())));
        assertThat(response.protocolName()).isEqualTo(its.protocol);
        its.members.add(response.memberId());
        boolean leads = !response.members().isEmpty();
        if (leads && version >= SKIP_FROM) {
            assertThat(response.leader()).isEqualTo(response.memberId());
        }
        if (leads && !response.skipAssignment()) {
            assertThat(response.memberId())
                    .as("one leads")
                    .isEqualTo(its.leader == null ? response.memberId() : its.leader);
            its.leader = response.memberId();
            its.listed = new HashSet<>();
            for (JoinGroupResponseMember member : response.members()) {
                its.listed.add(member.memberId());
            }
        }
        if (instanceId == null && its.listed != null) {
            assertThat(its.listed).contains(response.memberId());
        }
    }

    void synced(
            String groupId,
            String memberId,
            @Nullable String instanceId,
            int generation,
            SyncGroupResponse response) {
        if (response.errorCode() != 0) {
            return;
        }
        assertThat(response.assignment().hasRemaining()).as("%s has a part", memberId).isTrue();
        String part = StandardCharsets.UTF_8.decode(response.assignment().duplicate()).toString();
        String assignment = part.substring(0, part.indexOf('/'));
        String before = assigned.putIfAbsent(life(groupId) + "#" + generation, assignment);
        assertThat(before == null ? assignment : before)
                .as("one assignment in generation %s of %s", generation, groupId)
                .isEqualTo(assignment);
        String holder = instanceId == null ? memberId : instanceId;
        String other = holders.putIfAbsent(part, holder);
        assertThat(other == null ? holder : other).as("who holds %s", part).isEqualTo(holder);
    }

    void heard(String groupId, int generation, HeartbeatResponse response) {
        if (response.errorCode() == 0) {
            assertThat(generation).isGreaterThanOrEqualTo(newest(groupId));
        }
    }

    /// Tries to commit, and has it refused unless the member is in the group's generation.
    void commit(String groupId, String memberId, int generation) {
        walk.shard()
                .run(
                        groupId,
                        groups -> {
                            Group group = groups.group(groupId);
                            if (group instanceof ClassicGroup classic) {
                                commit(classic, memberId, generation);
                            }
                            return Write.nothing();
                        },
                        _ -> {});
    }

    private void commit(ClassicGroup group, String memberId, int generation) {
        Client client = new Client("w", "/h", 9);
        if (group.commits(memberId, null, generation, client) == ErrorCode.NONE) {
            group.committed(memberId);
            if (generation >= 0) {
                assertThat(generation).isGreaterThanOrEqualTo(newest(group.id()));
                assertThat(group.members().get(memberId)).isNotNull();
                assertThat(group.is()).isNotEqualTo(ClassicState.COMPLETING_REBALANCE);
            } else {
                assertThat(group.isEmpty()).isTrue();
            }
        }
    }

    private int newest(String groupId) {
        return newest.getOrDefault(load(groupId), 0);
    }

    private String load(String groupId) {
        return life(groupId) + "@" + walk.restarts();
    }

    /// A group's state, to be compared.
    static Object digest(@Nullable Group group) {
        if (!(group instanceof ClassicGroup classic)) {
            return "none";
        }
        List<Object> all = new ArrayList<>();
        all.add(classic.is());
        all.add(classic.generation());
        all.add(classic.protocolType());
        all.add(Objects.toString(classic.protocol()));
        all.add(Objects.toString(classic.members().leader()));
        all.add(classic.isEmpty() ? classic.agesFrom() : 0);
        for (ClassicMember member : classic.members().all()) {
            String protocol = classic.protocol();
            all.add(member.id());
            all.add(Objects.toString(member.instanceId()));
            all.add(member.terms().sessionTimeoutMs());
            all.add(member.terms().rebalanceTimeoutMs());
            all.add(member.assignment());
            all.add(protocol == null ? "" : member.metadata(protocol));
        }
        return all;
    }

    @Override
    public void check() {
        MemoryRecount.check(walk.shard());
        for (Group group : walk.shard().groups().groups()) {
            if (group instanceof ClassicGroup classic) {
                check(classic);
            }
        }
    }

    private void check(ClassicGroup group) {
        ClassicMembers members = group.members();
        int joining = 0;
        int syncing = 0;
        int statics = 0;
        for (ClassicMember member : members.all()) {
            joining += member.joins() ? 1 : 0;
            syncing += member.syncs() ? 1 : 0;
            String instanceId = member.instanceId();
            if (instanceId != null) {
                statics++;
                must(group, member.id().equals(members.withInstance(instanceId)));
            }
            must(group, !members.isPending(member.id()));
        }
        must(group, joining == members.joining() && statics <= members.size());
        must(group, members.all().stream().allMatch(m -> members.get(m.id()) == m));
        must(group, members.unsynced().stream().allMatch(id -> members.get(id) != null));
        String leader = members.leader();
        must(group, leader == null ? members.isEmpty() : members.get(leader) != null);
        switch (group.is()) {
            case EMPTY -> must(group, members.isEmpty() && group.protocol() == null);
            case PREPARING_REBALANCE -> {
                boolean waits =
                        group.before() == ClassicState.EMPTY
                                || members.isEmpty()
                                || !members.allJoined();
                must(group, waits && syncing == 0 && members.unsynced().isEmpty());
            }
            case COMPLETING_REBALANCE -> {
                must(group, joining == 0 && !members.isEmpty() && group.protocol() != null);
                must(group, members.all().stream().allMatch(member -> wasTold(group, member)));
            }
            case STABLE ->
                    must(
                            group,
                            joining == 0
                                    && syncing == 0
                                    && !members.isEmpty()
                                    && group.protocol() != null);
            case DEAD -> must(group, false);
        }
    }

    /// Whether a member was told of the generation, or is a static one that may come late.
    private boolean wasTold(ClassicGroup group, ClassicMember member) {
        Told its = told.get(load(group.id()) + "#" + group.generation());
        return member.instanceId() != null || (its != null && its.members.contains(member.id()));
    }

    private static void must(ClassicGroup group, boolean holds) {
        if (!holds) {
            throw new AssertionError("broken: " + digest(group));
        }
    }

    @Override
    public void beforeRestart(GroupShard loaded) {
        for (Group group : walk.shard().groups().groups()) {
            boolean settled =
                    group instanceof ClassicGroup classic
                            && (classic.is(ClassicState.STABLE) || classic.isEmpty());
            if (settled) {
                assertThat(digest(loaded.group(group.id()))).isEqualTo(digest(group));
            }
        }
    }

    @Override
    public void afterSilence() {
        for (Group group : walk.shard().groups().groups()) {
            if (group instanceof ClassicGroup classic) {
                assertThat(classic.is()).as("%s", digest(classic)).isEqualTo(ClassicState.EMPTY);
                assertThat(classic.members().pending()).isEmpty();
            }
        }
        told.clear();
        holders.clear();
    }

    @Override
    public void afterCalm() {
        Set<String> consuming = new HashSet<>();
        for (ClassicWalker walker : walkers) {
            if (!walker.isRival()) {
                assertThat(walker.consumes()).as("%s", walker).isTrue();
                assertThat(consuming.add(walker.toString())).isTrue();
            }
        }
    }

    /// Notes a record that is committed: a group that was deleted begins anew.
    void committed(ShardRecord record) {
        Reader key = new Reader(record.key().duplicate());
        if (key.int16() == GroupMetadataKey.RECORD_TYPE && record.value() == null) {
            lives.merge(GroupMetadataKey.read(key, 0).group(), 1, Integer::sum);
        }
    }

    private String life(String groupId) {
        return groupId + "/" + lives.getOrDefault(groupId, 0);
    }
}
