package io.octavo.system.group;

import static io.octavo.system.group.Asks.HEARTBEAT;
import static io.octavo.system.group.Asks.JOIN;
import static io.octavo.system.group.Asks.LEAVE;
import static io.octavo.system.group.Asks.SYNC;
import static io.octavo.system.group.Asks.heartbeat;
import static io.octavo.system.group.Asks.join;
import static io.octavo.system.group.Asks.leave;
import static io.octavo.system.group.Asks.leaveAlone;
import static io.octavo.system.group.Asks.member;
import static io.octavo.system.group.Asks.sync;
import static io.octavo.system.group.Steps.enter;
import static io.octavo.system.group.Steps.follow;
import static io.octavo.system.group.Steps.heartbeat;
import static io.octavo.system.group.Steps.join;
import static io.octavo.system.group.Steps.joinAsWorker;
import static io.octavo.system.group.Steps.leave;
import static io.octavo.system.group.Steps.makeTwo;
import static io.octavo.system.group.Steps.sync;

import java.util.List;
import java.util.function.IntConsumer;
import org.apache.kafka.common.protocol.ApiKeys;

/// Groups whose members assign partitions themselves.
final class ClassicScripts {
    /// From this version on a client without an id is given one, and has to join again.
    private static final int ID_REQUIRED_FROM = 4;

    private static final int INSTANCES_FROM = 3;

    private final GroupPair pair;

    ClassicScripts(GroupPair pair) {
        this.pair = pair;
    }

    void run() {
        alone();
        wrongJoins();
        noGroup();
        two();
        followerSyncsFirst();
        staleAndUnknown();
        pendingIds();
        full();
        grown();
        protocols();
        leaderAgain();
        batches();
        otherType();
        fencedJoins();
    }

    private void alone() {
        for (int version = 0; version <= JOIN; version++) {
            int v = version;
            String group = "alone-" + v;
            pair.scene("a member alone, v" + v);
            Caller a = pair.caller("a");
            a.ask(v, who -> join(who, group, "range", "sticky"));
            if (v >= ID_REQUIRED_FROM) {
                look(group);
                a.ask(v, who -> join(who, group, "range", "sticky"));
            }
            look(group);
            int syncVersion = Math.min(v, SYNC);
            a.ask(syncVersion, who -> sync(who, group, "a"));
            look(group);
            int heartbeatVersion = Math.min(v, HEARTBEAT);
            a.ask(heartbeatVersion, who -> heartbeat(who, group));
            a.ask(syncVersion, who -> sync(who, group));
            a.ask(v, who -> join(who, group, "range", "sticky"));
            a.ask(heartbeatVersion, who -> heartbeat(who, group));
            a.ask(syncVersion, who -> sync(who, group, "a"));
            int leaveVersion = Math.min(v, LEAVE);
            a.ask(
                    leaveVersion,
                    who ->
                            leaveVersion < INSTANCES_FROM
                                    ? leaveAlone(who, group)
                                    : leave(group, member(who.id())));
            look(group);
            a.ask(heartbeatVersion, who -> heartbeat(who, group));
            a.ask(syncVersion, who -> sync(who, group, "a"));
            a.ask(v, who -> join(who, group, "range"));
        }
    }

    private void look(String group) {
        for (int version = 0; version <= Asks.DESCRIBE; version++) {
            pair.caller("onlooker").look(version, _ -> Asks.describe(group));
        }
    }

    private void wrongJoins() {
        pair.scene("joins that cannot be");
        Caller a = pair.caller("a");
        for (int version = 0; version <= JOIN; version++) {
            int v = version;
            a.forget("");
            a.ask(v, who -> join(who, "", "range"));
            for (int session : new int[] {-1, 0, 5_999, 1_800_001, Integer.MAX_VALUE}) {
                a.ask(v, who -> join(who, "wrong", "range").setSessionTimeoutMs(session));
            }
            String empty = "wrong-" + v;
            a.ask(v, who -> join(who, empty));
            a.ask(v, who -> join(who, empty, "range").setProtocolType(""));
            a.ask(v, who -> join(who, empty).setProtocolType(""));
            a.forget("stranger");
            a.ask(v, who -> join(who, "wrong", "range"));
            a.ask(v, who -> join(who, "wrong"));
            a.ask(v, who -> join(who, "", "range").setSessionTimeoutMs(0));
            a.ask(v, who -> join(who, "wrong", "range").setSessionTimeoutMs(0));
        }
        look("wrong");
        pair.differing(
                "a join that is refused for what it offers makes no group",
                () -> {
                    for (int version = 0; version <= JOIN; version++) {
                        String empty = "wrong-" + version;
                        a.ask(Asks.DELETE, _ -> Asks.delete(empty));
                    }
                });
        for (int version = 5; version <= JOIN; version++) {
            int v = version;
            a.ask(v, who -> join(who, "wrong", "range").setGroupInstanceId("i"));
            a.ask(v, who -> join(who, "wrong", "range").setGroupInstanceId(""));
        }
        look("wrong");
    }

    private void noGroup() {
        pair.scene("a group that is not there");
        Caller a = pair.caller("a");
        for (String id : List.of("", "stranger")) {
            for (String group : List.of("", "nowhere")) {
                a.forget(id);
                every(ApiKeys.HEARTBEAT, v -> a.ask(v, who -> heartbeat(who, group)));
                every(ApiKeys.SYNC_GROUP, v -> a.ask(v, who -> sync(who, group, "a")));
                every(
                        ApiKeys.LEAVE_GROUP,
                        v ->
                                a.ask(
                                        v,
                                        who ->
                                                v < INSTANCES_FROM
                                                        ? leaveAlone(who, group)
                                                        : leave(group, member(id))));
                a.ask(SYNC, who -> sync(who, group, "a").setProtocolName(null));
                a.ask(SYNC, who -> sync(who, group, "a").setProtocolType(null));
                a.ask(LEAVE, _ -> leave(group));
                look(group);
            }
        }
    }

    private static void every(ApiKeys api, IntConsumer asks) {
        for (int version = api.oldestVersion(); version <= api.latestVersion(); version++) {
            asks.accept(version);
        }
    }

    private void two() {
        pair.scene("a second member comes, and goes");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        makeTwo("two", a, b);
        look("two");
        heartbeat(a, "two");
        heartbeat(b, "two");
        sync(b, "two");
        join(b, "two");
        look("two");
        leave(b, "two");
        look("two");
        heartbeat(b, "two");
        sync(a, "two", "a");
        heartbeat(a, "two");
        join(a, "two");
        look("two");
        sync(a, "two", "a");
        look("two");
        leave(a, "two");
        look("two");
    }

    private void followerSyncsFirst() {
        pair.scene("a follower syncs before the leader, who leaves");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        makeTwo("follower", a, b);
        a.send(JOIN, who -> join(who, "follower", "range"));
        look("follower");
        heartbeat(b, "follower");
        sync(b, "follower");
        join(b, "follower");
        a.hear();
        look("follower");
        b.send(SYNC, who -> sync(who, "follower"));
        look("follower");
        leave(a, "follower");
        b.hear();
        look("follower");
        join(b, "follower");
        look("follower");
        sync(b, "follower", "b");
        look("follower");
    }

    private void staleAndUnknown() {
        pair.scene("stale generations and strangers");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        Caller c = pair.caller("c").forget("stranger");
        makeTwo("stale", a, b);
        for (int delta : new int[] {-3, -2, -1, 1, 1_000}) {
            every(
                    ApiKeys.HEARTBEAT,
                    v ->
                            a.ask(
                                    v,
                                    who ->
                                            heartbeat(who, "stale")
                                                    .setGenerationId(who.generation() + delta)));
            every(
                    ApiKeys.SYNC_GROUP,
                    v ->
                            b.ask(
                                    v,
                                    who ->
                                            sync(who, "stale")
                                                    .setGenerationId(who.generation() + delta)));
        }
        b.ask(SYNC, who -> sync(who, "stale").setProtocolName("sticky"));
        b.ask(SYNC, who -> sync(who, "stale").setProtocolType("connect"));
        b.ask(SYNC, who -> sync(who, "stale").setProtocolName(null));
        heartbeat(c, "stale");
        sync(c, "stale");
        join(c, "stale");
        leave(c, "stale");
        b.ask(HEARTBEAT, who -> heartbeat(who, "stale").setGroupInstanceId("no-such-instance"));
        b.ask(SYNC, who -> sync(who, "stale").setGroupInstanceId("no-such-instance"));
        look("stale");
    }

    private void pendingIds() {
        pair.scene("ids that are given and not used");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        enter(a, "pending");
        sync(a, "pending", "a");
        join(b, "pending");
        look("pending");
        b.ask(HEARTBEAT, who -> heartbeat(who, "pending").setGenerationId(1));
        b.ask(SYNC, who -> sync(who, "pending").setGenerationId(1));
        heartbeat(a, "pending");
        a.send(JOIN, who -> join(who, "pending", "range"));
        look("pending");
        leave(b, "pending");
        a.hear();
        look("pending");
        join(b, "pending");
        leave(b, "pending");
        sync(a, "pending", "a");
        look("pending");
        a.ask(LEAVE, who -> leave("pending", member(who.id()), member(who.id())));
        look("pending");
        b.forget("");
        join(b, "pending");
        look("pending");
        a.forget("");
        a.ask(3, who -> join(who, "pending", "range"));
        look("pending");
    }

    private void full() {
        pair.scene("more members than a group may have");
        Caller a = pair.caller("a");
        enter(a, "full");
        sync(a, "full", "a");
        for (String name : List.of("b", "c", "d")) {
            Caller next = pair.caller(name);
            follow(next, "full");
        }
        look("full");
        join(a, "full");
        for (String name : List.of("b", "c", "d")) {
            pair.caller(name).hear();
        }
        look("full");
        Caller e = pair.caller("e");
        for (int version : new int[] {0, 3, ID_REQUIRED_FROM, JOIN}) {
            e.ask(version, who -> join(who, "full", "range"));
        }
        sync(a, "full", "a", "b", "c", "d");
        for (int version : new int[] {0, 3, ID_REQUIRED_FROM, JOIN}) {
            e.ask(version, who -> join(who, "full", "range"));
        }
        look("full");
    }

    private void grown() {
        pair.scene("who comes while a group is full joins in another's place");
        Caller a = pair.caller("a");
        enter(a, "grown");
        sync(a, "grown", "a");
        for (String name : List.of("b", "c", "d", "e")) {
            Caller next = pair.caller(name);
            follow(next, "grown");
        }
        look("grown");
        join(a, "grown");
        pair.differing(
                "when the last that is waited for is refused for want of room, we go on at once;"
                        + " Kafka waits for the rebalance timeout",
                () -> look("grown"));
        a.ask(
                LEAVE,
                who ->
                        leave(
                                "grown",
                                member(who.id("b")),
                                member(who.id("c")),
                                member(who.id("d")),
                                member(who.id("e"))));
        look("grown");
    }

    private void protocols() {
        pair.scene("protocols that members have in common");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        a.ask(JOIN, who -> join(who, "chosen", "x", "y", "z"));
        a.ask(JOIN, who -> join(who, "chosen", "x", "y", "z"));
        sync(a, "chosen", "a");
        b.ask(JOIN, who -> join(who, "chosen", "q"));
        b.ask(JOIN, who -> join(who, "chosen"));
        joinAsWorker(b, "chosen");
        b.ask(JOIN, who -> join(who, "chosen", "x").setProtocolType(""));
        b.ask(JOIN, who -> join(who, "chosen", "z", "y"));
        b.send(JOIN, who -> join(who, "chosen", "z", "y"));
        a.ask(JOIN, who -> join(who, "chosen", "x", "y", "z"));
        b.hear();
        look("chosen");
        b.send(SYNC, who -> sync(who, "chosen"));
        sync(a, "chosen", "a", "b");
        b.hear();
        look("chosen");
        b.ask(JOIN, who -> join(who, "chosen", "q"));
        b.send(JOIN, who -> join(who, "chosen", "z"));
        heartbeat(a, "chosen");
        a.ask(JOIN, who -> join(who, "chosen", "x", "y"));
        a.ask(JOIN, who -> join(who, "chosen", "y", "z"));
        b.hear();
        sync(a, "chosen", "b");
        look("chosen");
        sync(b, "chosen");
        b.ask(JOIN, who -> join(who, "chosen", "z").setMemberId("").setProtocolType("connect"));
        pair.scene("a protocol that is offered twice");
        Caller c = pair.caller("c");
        enter(c, "doubled");
        sync(c, "doubled", "c");
        pair.differing(
                "who offers a protocol twice offers it; Kafka stumbles over it",
                () -> c.ask(JOIN, who -> join(who, "doubled", "range", "range")));
        leave(c, "doubled");
        look("doubled");
    }

    private void leaderAgain() {
        pair.scene("members join again in each state");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        makeTwo("again", a, b);
        b.send(JOIN, who -> join(who, "again", List.of("six"), "range"));
        look("again");
        join(a, "again");
        b.hear();
        b.ask(JOIN, who -> join(who, "again", List.of("six"), "range"));
        join(a, "again");
        look("again");
        b.send(JOIN, who -> join(who, "again", List.of("one"), "range"));
        look("again");
        sync(a, "again", "a", "b");
        join(a, "again");
        b.hear();
        b.send(SYNC, who -> sync(who, "again"));
        pair.caller("b'");
        sync(a, "again", "a", "b", "a");
        b.hear();
        sync(a, "again", "b");
        look("again");
    }

    private void batches() {
        pair.scene("several leave at once");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        makeTwo("batch", a, b);
        for (int version = INSTANCES_FROM; version <= LEAVE; version++) {
            a.ask(version, _ -> leave("batch"));
            a.ask(version, _ -> leave("batch", member("x"), member("y"), member("x"), member("")));
            a.ask(version, _ -> leave("batch", member("").setGroupInstanceId("no-such")));
            a.ask(version, who -> leave("batch", member(who.id()).setGroupInstanceId("no-such")));
        }
        look("batch");
        a.ask(
                LEAVE,
                who ->
                        leave(
                                "batch",
                                member(who.id("b")),
                                member("x"),
                                member(who.id()).setReason("tired"),
                                member(who.id("b"))));
        look("batch");
    }

    private void otherType() {
        pair.scene("a group of another protocol type");
        Caller a = pair.caller("a");
        a.ask(JOIN, who -> join(who, "worker", "compatible").setProtocolType("connect"));
        a.ask(JOIN, who -> join(who, "worker", "compatible").setProtocolType("connect"));
        sync(a, "worker", "a");
        a.ask(SYNC, who -> sync(who, "worker", "a").setProtocolType("connect"));
        look("worker");
        heartbeat(a, "worker");
        leave(a, "worker");
        look("worker");
        Caller b = pair.caller("b");
        enter(b, "worker");
        look("worker");
    }

    private void fencedJoins() {
        pair.scene("members of before join an empty group");
        Caller a = pair.caller("a");
        enter(a, "before");
        leave(a, "before");
        for (int version = 0; version <= JOIN; version++) {
            a.ask(version, who -> join(who, "before", "range"));
        }
        a.ask(JOIN, who -> join(who, "before").setMemberId(""));
        a.ask(JOIN, who -> join(who, "before", "range").setMemberId("").setProtocolType(""));
        look("before");
    }
}
