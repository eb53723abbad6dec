package io.octavo.system.group;

import static io.octavo.system.group.Asks.COMMIT;
import static io.octavo.system.group.Asks.HEARTBEAT;
import static io.octavo.system.group.Asks.JOIN;
import static io.octavo.system.group.Asks.LEAVE;
import static io.octavo.system.group.Asks.SYNC;
import static io.octavo.system.group.Asks.heartbeat;
import static io.octavo.system.group.Asks.join;
import static io.octavo.system.group.Asks.leave;
import static io.octavo.system.group.Asks.member;
import static io.octavo.system.group.Asks.sync;
import static io.octavo.system.group.Steps.heartbeat;
import static io.octavo.system.group.Steps.leave;

import java.util.List;
import org.apache.kafka.common.message.JoinGroupRequestData;

/// Classic groups with static members (KIP-345).
final class StaticScripts {
    /// The first version of JoinGroup with instances.
    private static final int INSTANCES_FROM = 5;

    private final GroupPair pair;

    StaticScripts(GroupPair pair) {
        this.pair = pair;
    }

    void run() {
        alone();
        takenOver();
        takenOverWhileJoining();
        takenOverWithAnotherProtocol();
        leaderComesBack();
        left();
        fenced();
    }

    private static JoinGroupRequestData joinAs(
            Told who, String group, String instance, String... protocols) {
        return join(who, group, protocols).setGroupInstanceId(instance);
    }

    private void alone() {
        for (int version = INSTANCES_FROM; version <= JOIN; version++) {
            int v = version;
            String group = "static-" + v;
            pair.scene("a static member alone, v" + v);
            Caller a = pair.caller("a");
            a.ask(v, who -> joinAs(who, group, "i", "range", "sticky"));
            look(group);
            a.ask(SYNC, who -> sync(who, group, "a").setGroupInstanceId("i"));
            look(group);
            a.ask(v, who -> joinAs(who, group, "i", "range", "sticky"));
            a.ask(SYNC, who -> sync(who, group, "a").setGroupInstanceId("i"));
            a.forget("");
            a.ask(v, who -> joinAs(who, group, "i", "range", "sticky"));
            look(group);
            a.ask(HEARTBEAT, who -> heartbeat(who, group).setGroupInstanceId("i"));
            a.ask(SYNC, who -> sync(who, group).setGroupInstanceId("i"));
            a.ask(v, who -> joinAs(who, group, "i", "range"));
            a.forget("");
            a.ask(v, who -> joinAs(who, group, "i", "sticky"));
            look(group);
        }
    }

    private void look(String group) {
        look(pair, group);
    }

    private static void look(GroupPair pair, String group) {
        pair.caller("onlooker").look(Asks.DESCRIBE, _ -> Asks.describe(group));
    }

    /// Two static members, `a` as `i` and `b` as `j`, that have synced.
    static void make(GroupPair pair, String group) {
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        a.ask(JOIN, who -> joinAs(who, group, "i", "range"));
        a.ask(SYNC, who -> sync(who, group, "a").setGroupInstanceId("i"));
        b.send(JOIN, who -> joinAs(who, group, "j", "range"));
        a.ask(HEARTBEAT, who -> heartbeat(who, group).setGroupInstanceId("i"));
        a.ask(JOIN, who -> joinAs(who, group, "i", "range"));
        b.hear();
        b.send(SYNC, who -> sync(who, group).setGroupInstanceId("j"));
        a.ask(SYNC, who -> sync(who, group, "a", "b").setGroupInstanceId("i"));
        b.hear();
        look(pair, group);
    }

    private void takenOver() {
        pair.scene("a static member is started anew");
        make(pair, "taken");
        Caller a = pair.caller("a");
        Caller old = pair.caller("b");
        Caller b = pair.caller("another b");
        b.ask(JOIN, who -> joinAs(who, "taken", "j", "range"));
        look("taken");
        a.ask(HEARTBEAT, who -> heartbeat(who, "taken").setGroupInstanceId("i"));
        b.ask(SYNC, who -> sync(who, "taken").setGroupInstanceId("j"));
        old.ask(HEARTBEAT, who -> heartbeat(who, "taken").setGroupInstanceId("j"));
        heartbeat(old, "taken");
        old.ask(SYNC, who -> sync(who, "taken").setGroupInstanceId("j"));
        old.ask(JOIN, who -> joinAs(who, "taken", "j", "range"));
        old.ask(COMMIT, who -> Asks.commit(who, "taken", "three", 0, 5).setGroupInstanceId("j"));
        old.ask(COMMIT, who -> Asks.commit(who, "taken", "three", 0, 5));
        b.ask(COMMIT, who -> Asks.commit(who, "taken", "three", 0, 7).setGroupInstanceId("j"));
        old.ask(LEAVE, who -> leave("taken", member(who.id()).setGroupInstanceId("j")));
        leave(old, "taken");
        heartbeat(b, "taken");
        b.ask(HEARTBEAT, who -> heartbeat(who, "taken").setGroupInstanceId("i"));
        b.ask(JOIN, who -> joinAs(who, "taken", "i", "range"));
        b.ask(JOIN, who -> joinAs(who, "taken", "k", "range"));
        look("taken");
    }

    private void takenOverWhileJoining() {
        pair.scene("a static member is started anew in a rebalance");
        make(pair, "joining");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        Caller again = pair.caller("another b");
        b.send(JOIN, who -> join(who, "joining", List.of("six"), "range").setGroupInstanceId("j"));
        look("joining");
        again.send(JOIN, who -> joinAs(who, "joining", "j", "range"));
        b.hear();
        look("joining");
        a.ask(JOIN, who -> joinAs(who, "joining", "i", "range"));
        again.hear();
        again.send(SYNC, who -> sync(who, "joining").setGroupInstanceId("j"));
        Caller third = pair.caller("a third b");
        third.send(JOIN, who -> joinAs(who, "joining", "j", "range"));
        again.hear();
        look("joining");
        a.ask(SYNC, who -> sync(who, "joining", "a").setGroupInstanceId("i"));
        a.ask(JOIN, who -> joinAs(who, "joining", "i", "range"));
        third.hear();
        look("joining");
    }

    private void takenOverWithAnotherProtocol() {
        pair.scene("a static member is started anew with other protocols");
        make(pair, "other");
        Caller a = pair.caller("a");
        Caller b = pair.caller("another b");
        b.ask(JOIN, who -> joinAs(who, "other", "j", "sticky"));
        b.ask(JOIN, who -> joinAs(who, "other", "j", "sticky", "range"));
        look("other");
        b.forget("");
        b.ask(JOIN, who -> join(who, "other", List.of("six"), "range").setGroupInstanceId("j"));
        look("other");
        a.ask(HEARTBEAT, who -> heartbeat(who, "other").setGroupInstanceId("i"));
    }

    private void leaderComesBack() {
        for (int version = INSTANCES_FROM; version <= JOIN; version++) {
            int v = version;
            String group = "leader-" + v;
            pair.scene("a static leader is started anew, v" + v);
            make(pair, group);
            Caller a = pair.caller("another a");
            a.ask(v, who -> joinAs(who, group, "i", "range"));
            a.ask(SYNC, who -> sync(who, group).setGroupInstanceId("i"));
            a.send(v, who -> joinAs(who, group, "i", "range"));
            look(group);
            pair.caller("b").ask(v, who -> joinAs(who, group, "j", "range"));
            a.hear();
            look(group);
        }
    }

    private void left() {
        pair.scene("static members are removed");
        make(pair, "removed");
        Caller a = pair.caller("a");
        for (int version = 3; version <= LEAVE; version++) {
            a.ask(version, _ -> leave("removed", member("").setGroupInstanceId("no-such")));
            a.ask(version, _ -> leave("removed", member("x").setGroupInstanceId("i")));
            a.ask(version, _ -> leave("removed", member("x").setGroupInstanceId("no-such")));
        }
        a.ask(
                LEAVE,
                who ->
                        leave(
                                "removed",
                                member("").setGroupInstanceId("j").setReason("scaled down"),
                                member("").setGroupInstanceId("j"),
                                member(who.id("b")).setGroupInstanceId("j")));
        look("removed");
        a.ask(JOIN, who -> joinAs(who, "removed", "i", "range"));
        leave(a, "removed");
        look("removed");
        a.ask(JOIN, who -> joinAs(who, "removed", "i", "range"));
    }

    private void fenced() {
        pair.scene("instances that a group does not know");
        Caller a = pair.caller("a").forget("made-up");
        for (int version = INSTANCES_FROM; version <= JOIN; version++) {
            a.ask(version, who -> joinAs(who, "made-up", "i", "range"));
        }
        a.forget("");
        make(pair, "made-up");
        Caller c = pair.caller("c").forget("made-up");
        for (int version = INSTANCES_FROM; version <= JOIN; version++) {
            c.ask(version, who -> joinAs(who, "made-up", "i", "range"));
            c.ask(version, who -> joinAs(who, "made-up", "k", "range"));
            c.ask(version, who -> joinAs(who, "made-up", "i", "sticky"));
        }
        c.ask(HEARTBEAT, who -> heartbeat(who, "made-up").setGroupInstanceId("i"));
        c.ask(SYNC, who -> sync(who, "made-up").setGroupInstanceId("i"));
        look("made-up");
    }
}
