package io.octavo.system.group;

import static io.octavo.system.group.Asks.COMMIT;
import static io.octavo.system.group.Asks.COMMIT_IDS;
import static io.octavo.system.group.Asks.FETCH;
import static io.octavo.system.group.Asks.FETCH_IDS;
import static io.octavo.system.group.Asks.JOIN;
import static io.octavo.system.group.Asks.LEAVE;
import static io.octavo.system.group.Asks.commit;
import static io.octavo.system.group.Asks.committed;
import static io.octavo.system.group.Asks.deleteOffsets;
import static io.octavo.system.group.Asks.fetch;
import static io.octavo.system.group.Asks.fetchOfOne;
import static io.octavo.system.group.Asks.heartbeat;
import static io.octavo.system.group.Asks.join;
import static io.octavo.system.group.Asks.leave;
import static io.octavo.system.group.Asks.member;
import static io.octavo.system.group.Asks.simpleCommit;
import static io.octavo.system.group.Asks.sync;
import static io.octavo.system.group.Steps.heartbeat;
import static io.octavo.system.group.Steps.join;
import static io.octavo.system.group.Steps.joinAsWorker;
import static io.octavo.system.group.Steps.leave;
import static io.octavo.system.group.Steps.makeTwo;
import static io.octavo.system.group.Steps.sync;

import java.util.List;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.jspecify.annotations.Nullable;

/// How far groups have come: kept, asked for, and forgotten.
final class OffsetScripts {
    private static final int METADATA_CHARS_MAX = 4_096;

    /// The first version of OffsetFetch that can ask for all, and the first for several groups.
    private static final int FETCH_ALL_FROM = 2;

    private static final int FETCH_GROUPS_FROM = 8;
    private static final int INSTANCES_FROM = 7;

    private final GroupPair pair;

    OffsetScripts(GroupPair pair) {
        this.pair = pair;
    }

    void run() {
        simple();
        wrongCommits();
        members();
        modernMembers();
        fetches();
        deletions();
        groupDeletions();
    }

    private void simple() {
        pair.scene("commits of nobody's");
        Caller a = pair.caller("a");
        for (int version = 2; version <= COMMIT_IDS; version++) {
            String group = "simple-" + version;
            long offset = version;
            a.ask(version, who -> simpleCommit(who, group, "three", 1, offset));
            fetchAll(a, group);
            a.ask(version, who -> simpleCommit(who, group, "three", 1, 0));
            a.ask(version, who -> simpleCommit(who, group, "six", 5, Long.MAX_VALUE));
            fetchAll(a, group);
            look(group);
        }
    }

    /// In every version: some topics, and all.
    private void fetchAll(Caller caller, String group) {
        for (int version = 1; version < FETCH_GROUPS_FROM; version++) {
            caller.ask(version, _ -> fetchOfOne(group, "three", "six", "none"));
            if (version >= FETCH_ALL_FROM) {
                caller.ask(version, _ -> fetchOfOne(group));
            }
        }
        for (int version = FETCH_GROUPS_FROM; version <= FETCH_IDS; version++) {
            caller.ask(version, who -> fetch(Asks.of(who, group, "three", "six", "none")));
            caller.ask(version, who -> fetch(Asks.of(who, group)));
        }
    }

    private void look(String group) {
        pair.caller("onlooker").look(Asks.DESCRIBE, _ -> Asks.describe(group));
    }

    private void wrongCommits() {
        pair.scene("commits that cannot be");
        Caller a = pair.caller("a");
        for (int version = 2; version <= COMMIT_IDS; version++) {
            int v = version;
            a.ask(v, who -> simpleCommit(who, "", "three", 0, 5));
            a.ask(v, who -> simpleCommit(who, "wrong", "none", 0, 5));
            a.ask(v, who -> simpleCommit(who, "wrong", "three", 3, 5));
            a.ask(v, who -> simpleCommit(who, "wrong", "three", -1, 5));
            a.ask(v, who -> simpleCommit(who, "wrong", "three", 0, 5).setMemberId("stranger"));
            a.ask(
                    v,
                    who ->
                            simpleCommit(who, "wrong", "three", 0, 5)
                                    .setGenerationIdOrMemberEpoch(1));
            a.ask(
                    v,
                    who ->
                            simpleCommit(who, "wrong", "three", 0, 5)
                                    .setMemberId("stranger")
                                    .setGenerationIdOrMemberEpoch(1));
            if (v >= INSTANCES_FROM) {
                a.ask(v, who -> simpleCommit(who, "wrong", "three", 0, 5).setGroupInstanceId("i"));
            }
            a.ask(v, who -> simpleCommit(who, "wrong", "three", 0, 5).setTopics(List.of()));
        }
        look("wrong");
        for (int version = 2; version <= COMMIT_IDS; version++) {
            for (int chars : new int[] {0, METADATA_CHARS_MAX, METADATA_CHARS_MAX + 1}) {
                a.ask(version, who -> withMetadata(who, "m".repeat(chars)));
                a.ask(version, who -> withMetadata(who, "\u00e4".repeat(chars)));
            }
            a.ask(version, who -> withMetadata(who, null));
            a.ask(version, OffsetScripts::several);
            a.ask(version, who -> simpleCommit(who, "mixed", "three", 0, -1));
            a.ask(version, who -> simpleCommit(who, "mixed", "three", 1, -5));
        }
        a.ask(COMMIT_IDS, who -> withMetadata(who, "x"));
        pair.differing(
                "a topic that is named twice is answered twice; Kafka puts the answers together",
                () ->
                        a.ask(
                                COMMIT,
                                who -> {
                                    OffsetCommitRequestData request = several(who);
                                    request.topics().add(committed(who, "three", 1, 7));
                                    return request;
                                }));
        fetchAll(a, "wrong");
        fetchAll(a, "mixed");
    }

    private static OffsetCommitRequestData withMetadata(Told who, @Nullable String metadata) {
        OffsetCommitRequestData request = simpleCommit(who, "wrong", "three", 0, 5);
        request.topics().getFirst().partitions().getFirst().setCommittedMetadata(metadata);
        return request;
    }

    /// Good ones and bad ones together, and one twice.
    private static OffsetCommitRequestData several(Told who) {
        OffsetCommitRequestData request = simpleCommit(who, "mixed", "three", 0, 5);
        for (String topic : List.of("six", "none", "one")) {
            request.topics().add(committed(who, topic, 1, 7));
        }
        request.topics()
                .getFirst()
                .partitions()
                .add(
                        committed(who, "three", 2, 9)
                                .partitions()
                                .getFirst()
                                .setCommittedLeaderEpoch(-1));
        return request;
    }

    private void members() {
        pair.scene("commits of a classic group's members");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        makeTwo("members", a, b);
        for (int version = 2; version <= COMMIT_IDS; version++) {
            int v = version;
            commits(a, "members", v, -2, -1, 1, 100);
            a.ask(v, who -> commit(who, "members", "three", 3, 9));
        }
        b.send(JOIN, who -> join(who, "members", List.of("six"), "range"));
        a.ask(COMMIT, who -> commit(who, "members", "three", 0, 20));
        heartbeat(a, "members");
        join(a, "members");
        b.hear();
        a.ask(COMMIT, who -> commit(who, "members", "three", 0, 21));
        b.ask(COMMIT_IDS, who -> commit(who, "members", "three", 0, 22));
        sync(a, "members", "a", "b");
        a.ask(COMMIT, who -> commit(who, "members", "three", 0, 23));
        a.ask(FETCH, who -> fetch(Asks.of(who, "members").setMemberId("x").setMemberEpoch(7)));
        fetchAll(a, "members");
        a.ask(LEAVE, who -> leave("members", member(who.id()), member(who.id("b"))));
        a.ask(COMMIT, who -> commit(who, "members", "three", 0, 24));
        a.ask(COMMIT, who -> simpleCommit(who, "members", "three", 0, 25));
        fetchAll(a, "members");
    }

    /// Commits as a member, and as what it is not.
    ///
    /// @param deltas how far from its own the generations are that it claims to be in
    private static void commits(Caller a, String group, int version, int... deltas) {
        a.ask(version, who -> commit(who, group, "three", 0, version));
        for (int delta : deltas) {
            a.ask(
                    version,
                    who ->
                            commit(who, group, "three", 0, 99)
                                    .setGenerationIdOrMemberEpoch(who.generation() + delta));
        }
        a.ask(version, who -> commit(who, group, "three", 0, 99).setMemberId("stranger"));
        a.ask(version, who -> commit(who, group, "three", 0, 99).setMemberId(""));
        a.ask(version, who -> simpleCommit(who, group, "three", 0, 99));
        a.ask(version, who -> simpleCommit(who, group, "three", 0, 99).setMemberId(who.id()));
        if (version >= INSTANCES_FROM) {
            a.ask(version, who -> commit(who, group, "three", 0, 9).setGroupInstanceId("no"));
        }
    }

    private void modernMembers() {
        pair.scene("commits of a consumer group's members");
        Caller a = pair.caller("a").forget("member-a");
        a.ask(Asks.MODERN, who -> Asks.enter(who, "modern", "three"));
        for (int version = 2; version <= COMMIT_IDS; version++) {
            commits(a, "modern", version, -1, 1, 100);
        }
        fetchAll(a, "modern");
        fetchAs(a);
        a.ask(0, _ -> deleteOffsets("modern", "three", 0, 1, 7));
        a.ask(0, _ -> deleteOffsets("modern", "six", 0));
        a.ask(Asks.MODERN, who -> Asks.exit(who, "modern"));
        a.ask(COMMIT, who -> simpleCommit(who, "modern", "three", 1, 5));
        a.ask(COMMIT, who -> commit(who, "modern", "three", 1, 5).setGenerationIdOrMemberEpoch(1));
        fetchAll(a, "modern");
        a.ask(0, _ -> deleteOffsets("modern", "three", 0, 1, 7));
        fetchAll(a, "modern");
    }

    private void fetchAs(Caller a) {
        for (int version = FETCH; version <= FETCH_IDS; version++) {
            for (String id : List.of("member-a", "stranger", "")) {
                for (int epoch : new int[] {-1, 0, 1, 2, 50}) {
                    for (String group : List.of("modern", "nowhere")) {
                        a.ask(
                                version,
                                who ->
                                        fetch(
                                                Asks.of(who, group, "three")
                                                        .setMemberId(id)
                                                        .setMemberEpoch(epoch)));
                    }
                }
            }
            int v = version;
            pair.differing(
                    "a member without an id is unknown; Kafka stumbles over it",
                    () ->
                            a.ask(
                                    v,
                                    who ->
                                            fetch(
                                                    Asks.of(who, "modern")
                                                            .setMemberId(null)
                                                            .setMemberEpoch(3))));
        }
    }

    private void fetches() {
        pair.scene("many groups' offsets");
        Caller a = pair.caller("a");
        a.ask(COMMIT, who -> simpleCommit(who, "many-1", "three", 0, 5));
        a.ask(COMMIT, who -> simpleCommit(who, "many-2", "six", 3, 6));
        fetchAll(a, "nowhere");
        fetchAll(a, "");
        for (int version = FETCH_GROUPS_FROM; version <= FETCH_IDS; version++) {
            a.ask(
                    version,
                    who ->
                            fetch(
                                    Asks.of(who, "many-1"),
                                    Asks.of(who, "many-2"),
                                    Asks.of(who, "nowhere")));
            a.ask(
                    version,
                    who ->
                            fetch(
                                    Asks.of(who, "many-1", "three"),
                                    Asks.of(who, ""),
                                    Asks.of(who, "many-2", "x")));
            a.ask(
                    version,
                    who -> fetch(Asks.of(who, "many-1", "three"), Asks.of(who, "many-1", "six")));
            a.ask(version, _ -> fetch());
            OffsetFetchRequestData none = fetch();
            a.ask(version, _ -> none.duplicate().setRequireStable(true));
            a.ask(version, who -> fetch(Asks.of(who, "many-1")).setRequireStable(true));
            a.ask(version, who -> fetch(Asks.of(who, "many-1", "six")).setRequireStable(true));
        }
        a.ask(7, _ -> fetchOfOne("many-1", "three").setRequireStable(true));
        for (int version = 1; version < FETCH_GROUPS_FROM; version++) {
            a.ask(version, _ -> fetchOfOne("many-1", "three").setTopics(List.of()));
        }
    }

    private void deletions() {
        pair.scene("offsets are deleted");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        a.ask(0, _ -> deleteOffsets("", "three", 0));
        a.ask(0, _ -> deleteOffsets("nowhere", "three", 0));
        a.ask(COMMIT, who -> simpleCommit(who, "deleted", "three", 0, 5));
        a.ask(COMMIT, who -> simpleCommit(who, "deleted", "six", 1, 5));
        a.ask(0, _ -> deleteOffsets("deleted", "none", 0));
        a.ask(0, _ -> deleteOffsets("deleted", "three", 7, -1));
        a.ask(0, _ -> deleteOffsets("deleted", "three", 1));
        a.ask(0, _ -> deleteOffsets("deleted", "three"));
        a.ask(0, _ -> deleteOffsets("deleted", "three", 0, 0));
        fetchAll(a, "deleted");
        Steps.enter(a, "deleted");
        a.ask(0, _ -> deleteOffsets("deleted", "six", 1));
        sync(a, "deleted", "a");
        a.ask(COMMIT, who -> commit(who, "deleted", "six", 1, 5));
        a.ask(COMMIT, who -> commit(who, "deleted", "three", 1, 5));
        deleteEither(a);
        fetchAll(a, "deleted");
        b.ask(JOIN, who -> join(who, "deleted", List.of("six"), "range"));
        b.send(JOIN, who -> join(who, "deleted", List.of("six"), "range"));
        deleteEither(a);
        leave(a, "deleted");
        b.hear();
        deleteEither(a);
        leave(b, "deleted");
        deleteEither(a);
        fetchAll(a, "deleted");
        a.forget("");
        joinAsWorker(a, "connected");
        joinAsWorker(a, "connected");
        a.ask(0, _ -> deleteOffsets("connected", "six", 1));
        leave(a, "connected");
        a.ask(0, _ -> deleteOffsets("connected", "six", 1));
    }

    /// Of a topic that may be consumed by now, and of another.
    private static void deleteEither(Caller a) {
        a.ask(0, _ -> deleteOffsets("deleted", "six", 1));
        a.ask(0, _ -> deleteOffsets("deleted", "three", 1));
    }

    private void groupDeletions() {
        pair.scene("groups are deleted");
        Caller a = pair.caller("a");
        Steps.enter(a, "full-one");
        sync(a, "full-one", "a");
        a.ask(COMMIT, who -> simpleCommit(who, "offsets-only", "three", 0, 5));
        Caller b = pair.caller("b").forget("member-b");
        b.ask(Asks.MODERN, who -> Asks.enter(who, "full-two", "three"));
        for (int version = 0; version <= Asks.DELETE; version++) {
            a.ask(version, _ -> Asks.delete());
            for (String group : List.of("", "nowhere", "full-one", "full-two")) {
                a.ask(version, _ -> Asks.delete(group));
            }
        }
        a.ask(1, _ -> Asks.delete("offsets-only"));
        a.ask(1, _ -> Asks.delete("offsets-only"));
        fetchAll(a, "offsets-only");
        look("offsets-only");
        a.ask(COMMIT, who -> commit(who, "full-one", "three", 0, 5));
        b.ask(COMMIT, who -> commit(who, "full-two", "three", 0, 5));
        leave(a, "full-one");
        b.ask(Asks.MODERN, who -> Asks.exit(who, "full-two"));
        a.ask(2, _ -> Asks.delete("full-one"));
        a.ask(2, _ -> Asks.delete("full-two"));
        fetchAll(a, "full-one");
        fetchAll(b, "full-two");
        look("full-one");
        a.ask(1, _ -> Asks.look("full-two", "full-one"));
        b.ask(Asks.MODERN, who -> Asks.beat(who, "full-two"));
        heartbeat(a, "full-one");
    }
}
