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

    /// Makes `first` and `second` members of a group of two; each has joined and synced.
    static void makeTwo(GroupPair pair, String group, Caller first, Caller second) {
        enter(first, group);
        first.ask(SYNC, who -> sync(who, group, "a"));
        second.ask(JOIN, who -> join(who, group, "range"));
        second.send(JOIN, who -> join(who, group, "range"));
        first.ask(HEARTBEAT, who -> heartbeat(who, group));
        first.ask(JOIN, who -> join(who, group, "range"));
        second.hear();
        second.send(SYNC, who -> sync(who, group));
        first.ask(SYNC, who -> sync(who, group, first.toString(), second.toString()));
        second.hear();
    }

    /// Joins a group in which nobody else is.
    static void enter(Caller caller, String group) {
        caller.ask(JOIN, who -> join(who, group, "range"));
        caller.ask(JOIN, who -> join(who, group, "range"));
    }

    private void two() {
        pair.scene("a second member comes, and goes");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        makeTwo(pair, "two", a, b);
        look("two");
        a.ask(HEARTBEAT, who -> heartbeat(who, "two"));
        b.ask(HEARTBEAT, who -> heartbeat(who, "two"));
        b.ask(SYNC, who -> sync(who, "two"));
        b.ask(JOIN, who -> join(who, "two", "range"));
        look("two");
        b.ask(LEAVE, who -> leave("two", member(who.id())));
        look("two");
        b.ask(HEARTBEAT, who -> heartbeat(who, "two"));
        a.ask(SYNC, who -> sync(who, "two", "a"));
        a.ask(HEARTBEAT, who -> heartbeat(who, "two"));
        a.ask(JOIN, who -> join(who, "two", "range"));
        look("two");
        a.ask(SYNC, who -> sync(who, "two", "a"));
        look("two");
        a.ask(LEAVE, who -> leave("two", member(who.id())));
        look("two");
    }

    private void followerSyncsFirst() {
        pair.scene("a follower syncs before the leader, who leaves");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        makeTwo(pair, "follower", a, b);
        a.send(JOIN, who -> join(who, "follower", "range"));
        look("follower");
        b.ask(HEARTBEAT, who -> heartbeat(who, "follower"));
        b.ask(SYNC, who -> sync(who, "follower"));
        b.ask(JOIN, who -> join(who, "follower", "range"));
        a.hear();
        look("follower");
        b.send(SYNC, who -> sync(who, "follower"));
        look("follower");
        a.ask(LEAVE, who -> leave("follower", member(who.id())));
        b.hear();
        look("follower");
        b.ask(JOIN, who -> join(who, "follower", "range"));
        look("follower");
        b.ask(SYNC, who -> sync(who, "follower", "b"));
        look("follower");
    }

    private void staleAndUnknown() {
        pair.scene("stale generations and strangers");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        Caller c = pair.caller("c").forget("stranger");
        makeTwo(pair, "stale", a, b);
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
        c.ask(HEARTBEAT, who -> heartbeat(who, "stale"));
        c.ask(SYNC, who -> sync(who, "stale"));
        c.ask(JOIN, who -> join(who, "stale", "range"));
        c.ask(LEAVE, who -> leave("stale", member(who.id())));
        b.ask(HEARTBEAT, who -> heartbeat(who, "stale").setGroupInstanceId("no-such-instance"));
        b.ask(SYNC, who -> sync(who, "stale").setGroupInstanceId("no-such-instance"));
        look("stale");
    }

    private void pendingIds() {
        pair.scene("ids that are given and not used");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        enter(a, "pending");
        a.ask(SYNC, who -> sync(who, "pending", "a"));
        b.ask(JOIN, who -> join(who, "pending", "range"));
        look("pending");
        b.ask(HEARTBEAT, who -> heartbeat(who, "pending").setGenerationId(1));
        b.ask(SYNC, who -> sync(who, "pending").setGenerationId(1));
        a.ask(HEARTBEAT, who -> heartbeat(who, "pending"));
        a.send(JOIN, who -> join(who, "pending", "range"));
        look("pending");
        b.ask(LEAVE, who -> leave("pending", member(who.id())));
        a.hear();
        look("pending");
        b.ask(JOIN, who -> join(who, "pending", "range"));
        b.ask(LEAVE, who -> leave("pending", member(who.id())));
        a.ask(SYNC, who -> sync(who, "pending", "a"));
        look("pending");
        a.ask(LEAVE, who -> leave("pending", member(who.id()), member(who.id())));
        look("pending");
        b.forget("");
        b.ask(JOIN, who -> join(who, "pending", "range"));
        look("pending");
        a.forget("");
        a.ask(3, who -> join(who, "pending", "range"));
        look("pending");
    }

    private void full() {
        pair.scene("more members than a group may have");
        Caller a = pair.caller("a");
        enter(a, "full");
        a.ask(SYNC, who -> sync(who, "full", "a"));
        for (String name : List.of("b", "c", "d")) {
            Caller next = pair.caller(name);
            next.ask(JOIN, who -> join(who, "full", "range"));
            next.send(JOIN, who -> join(who, "full", "range"));
        }
        look("full");
        a.ask(JOIN, who -> join(who, "full", "range"));
        for (String name : List.of("b", "c", "d")) {
            pair.caller(name).hear();
        }
        look("full");
        Caller e = pair.caller("e");
        for (int version : new int[] {0, 3, ID_REQUIRED_FROM, JOIN}) {
            e.ask(version, who -> join(who, "full", "range"));
        }
        a.ask(SYNC, who -> sync(who, "full", "a", "b", "c", "d"));
        for (int version : new int[] {0, 3, ID_REQUIRED_FROM, JOIN}) {
            e.ask(version, who -> join(who, "full", "range"));
        }
        look("full");
    }

    private void grown() {
        pair.scene("who comes while a group is full joins in another's place");
        Caller a = pair.caller("a");
        enter(a, "grown");
        a.ask(SYNC, who -> sync(who, "grown", "a"));
        for (String name : List.of("b", "c", "d", "e")) {
            Caller next = pair.caller(name);
            next.ask(JOIN, who -> join(who, "grown", "range"));
            next.send(JOIN, who -> join(who, "grown", "range"));
        }
        look("grown");
        a.ask(JOIN, who -> join(who, "grown", "range"));
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
        a.ask(SYNC, who -> sync(who, "chosen", "a"));
        b.ask(JOIN, who -> join(who, "chosen", "q"));
        b.ask(JOIN, who -> join(who, "chosen"));
        b.ask(JOIN, who -> join(who, "chosen", "x").setProtocolType("connect"));
        b.ask(JOIN, who -> join(who, "chosen", "x").setProtocolType(""));
        b.ask(JOIN, who -> join(who, "chosen", "z", "y"));
        b.send(JOIN, who -> join(who, "chosen", "z", "y"));
        a.ask(JOIN, who -> join(who, "chosen", "x", "y", "z"));
        b.hear();
        look("chosen");
        b.send(SYNC, who -> sync(who, "chosen"));
        a.ask(SYNC, who -> sync(who, "chosen", "a", "b"));
        b.hear();
        look("chosen");
        b.ask(JOIN, who -> join(who, "chosen", "q"));
        b.send(JOIN, who -> join(who, "chosen", "z"));
        a.ask(HEARTBEAT, who -> heartbeat(who, "chosen"));
        a.ask(JOIN, who -> join(who, "chosen", "x", "y"));
        a.ask(JOIN, who -> join(who, "chosen", "y", "z"));
        b.hear();
        a.ask(SYNC, who -> sync(who, "chosen", "b"));
        look("chosen");
        b.ask(SYNC, who -> sync(who, "chosen"));
        b.ask(JOIN, who -> join(who, "chosen", "z").setMemberId("").setProtocolType("connect"));
        pair.scene("a protocol that is offered twice");
        Caller c = pair.caller("c");
        enter(c, "doubled");
        c.ask(SYNC, who -> sync(who, "doubled", "c"));
        pair.differing(
                "who offers a protocol twice offers it; Kafka stumbles over it",
                () -> c.ask(JOIN, who -> join(who, "doubled", "range", "range")));
        c.ask(LEAVE, who -> leave("doubled", member(who.id())));
        look("doubled");
    }

    private void leaderAgain() {
        pair.scene("members join again in each state");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        makeTwo(pair, "again", a, b);
        b.send(JOIN, who -> join(who, "again", List.of("six"), "range"));
        look("again");
        a.ask(JOIN, who -> join(who, "again", "range"));
        b.hear();
        b.ask(JOIN, who -> join(who, "again", List.of("six"), "range"));
        a.ask(JOIN, who -> join(who, "again", "range"));
        look("again");
        b.send(JOIN, who -> join(who, "again", List.of("one"), "range"));
        look("again");
        a.ask(SYNC, who -> sync(who, "again", "a", "b"));
        a.ask(JOIN, who -> join(who, "again", "range"));
        b.hear();
        b.send(SYNC, who -> sync(who, "again"));
        pair.caller("b'");
        a.ask(SYNC, who -> sync(who, "again", "a", "b", "a"));
        b.hear();
        a.ask(SYNC, who -> sync(who, "again", "b"));
        look("again");
    }

    private void batches() {
        pair.scene("several leave at once");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        makeTwo(pair, "batch", a, b);
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
        a.ask(SYNC, who -> sync(who, "worker", "a"));
        a.ask(SYNC, who -> sync(who, "worker", "a").setProtocolType("connect"));
        look("worker");
        a.ask(HEARTBEAT, who -> heartbeat(who, "worker"));
        a.ask(LEAVE, who -> leave("worker", member(who.id())));
        look("worker");
        Caller b = pair.caller("b");
        enter(b, "worker");
        look("worker");
    }

    private void fencedJoins() {
        pair.scene("members of before join an empty group");
        Caller a = pair.caller("a");
        enter(a, "before");
        a.ask(LEAVE, who -> leave("before", member(who.id())));
        for (int version = 0; version <= JOIN; version++) {
            a.ask(version, who -> join(who, "before", "range"));
        }
        a.ask(JOIN, who -> join(who, "before").setMemberId(""));
        a.ask(JOIN, who -> join(who, "before", "range").setMemberId("").setProtocolType(""));
        look("before");
    }
}
