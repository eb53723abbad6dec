package io.octavo.system.group;

import static io.octavo.system.group.Asks.COMMIT;
import static io.octavo.system.group.Asks.HEARTBEAT;
import static io.octavo.system.group.Asks.JOIN;
import static io.octavo.system.group.Asks.MODERN;
import static io.octavo.system.group.Asks.SYNC;
import static io.octavo.system.group.Asks.beat;
import static io.octavo.system.group.Asks.enter;
import static io.octavo.system.group.Asks.exit;
import static io.octavo.system.group.Asks.heartbeat;
import static io.octavo.system.group.Asks.join;
import static io.octavo.system.group.Asks.leave;
import static io.octavo.system.group.Asks.member;
import static io.octavo.system.group.Asks.own;
import static io.octavo.system.group.Asks.sync;
import static io.octavo.system.group.Steps.heartbeat;
import static io.octavo.system.group.Steps.joinAsWorker;
import static io.octavo.system.group.Steps.leave;

import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;

/// Groups whose partitions the coordinator assigns (KIP-848).
final class ConsumerScripts {
    private static final String GO_ON =
            "epochs and generations go on when an empty group's protocol changes; in Kafka they begin"
                    + " anew";

    private static final int AWAY = -2;

    /// So often a member lives until it has what it should have.
    private static final int ROUNDS = 3;

    private final GroupPair pair;

    ConsumerScripts(GroupPair pair) {
        this.pair = pair;
    }

    void run() {
        alone();
        malformed();
        epochs();
        two();
        full();
        subscriptions();
        assignors();
        statics();
        otherGroups();
        missedTwice();
        regexes();
        upgrade();
    }

    private Caller caller(String name) {
        return pair.caller(name).forget("member-" + name);
    }

    private void look(String... groups) {
        Caller onlooker = pair.caller("onlooker");
        for (int version = 0; version <= MODERN; version++) {
            onlooker.look(version, _ -> Asks.look(groups));
        }
        onlooker.look(Asks.DESCRIBE, _ -> Asks.describe(groups));
    }

    /// Has members live, and say what they have, until that is what they should have.
    private void goOn(String group, String... members) {
        for (int round = 0; round < ROUNDS; round++) {
            for (String member : members) {
                pair.caller(member).ask(MODERN, who -> own(who, group));
            }
        }
    }

    private void alone() {
        for (int version = 0; version <= MODERN; version++) {
            int v = version;
            String group = "consumer-" + v;
            pair.scene("a member alone, v" + v);
            Caller a = v == 0 ? pair.caller("a") : caller("a");
            a.ask(v, who -> enter(who, group, "three", "one"));
            look(group);
            a.ask(v, who -> beat(who, group));
            a.ask(v, who -> own(who, group));
            a.ask(v, who -> beat(who, group));
            a.ask(v, who -> enter(who, group, "three", "one").setMemberEpoch(who.generation()));
            a.ask(
                    v,
                    who ->
                            enter(who, group, "three", "one")
                                    .setMemberEpoch(who.generation())
                                    .setTopicPartitions(who.assigned()));
            a.ask(v, who -> enter(who, group, "three", "one"));
            a.ask(v, who -> own(who, group));
            look(group);
            a.ask(v, who -> exit(who, group));
            look(group);
            a.ask(v, who -> beat(who, group));
            a.ask(v, who -> exit(who, group));
            a.ask(v, who -> enter(who, group, "three", "one"));
            look(group);
        }
    }

    private void malformed() {
        pair.scene("heartbeats that cannot be");
        Caller a = caller("a");
        for (int version = 0; version <= MODERN; version++) {
            int v = version;
            a.ask(v, who -> enter(who, "", "three"));
            a.ask(v, who -> enter(who, " ", "three"));
            a.ask(v, who -> enter(who, "bad", "three").setInstanceId(""));
            a.ask(v, who -> enter(who, "bad", "three").setRackId(""));
            a.ask(v, who -> enter(who, "bad", "three").setRebalanceTimeoutMs(-1));
            a.ask(v, who -> enter(who, "bad", "three").setTopicPartitions(null));
            a.ask(v, who -> enter(who, "bad", "three").setSubscribedTopicNames(null));
            a.ask(v, who -> enter(who, "bad", "three").setServerAssignor("none"));
            a.ask(v, who -> enter(who, "bad", "three").setServerAssignor(""));
            a.ask(
                    v,
                    who ->
                            enter(who, "bad", "three")
                                    .setTopicPartitions(first(who.topicId("three"))));
            for (int epoch : new int[] {-1, AWAY, -3, 1, 7}) {
                a.ask(v, who -> beat(who, "bad").setMemberEpoch(epoch));
                a.ask(v, who -> beat(who, "bad").setMemberEpoch(epoch).setMemberId(""));
                a.ask(v, who -> beat(who, "bad").setMemberEpoch(epoch).setInstanceId("i"));
                a.ask(v, who -> beat(who, "bad").setMemberEpoch(epoch).setServerAssignor("none"));
            }
        }
        a.ask(MODERN, who -> enter(who, "bad", "three").setMemberId(""));
        a.ask(MODERN, who -> enter(who, "bad", "three").setMemberId(" "));
        a.ask(MODERN, who -> enter(who, "g".repeat(249), "three"));
        look("bad");
        look("");
        look("nowhere");
        look("bad", "nowhere");
        pair.differing(
                "a group that is named twice is described once, so that answers are not larger"
                        + " than what is there",
                () -> a.ask(Asks.DESCRIBE, _ -> Asks.describe("bad", "bad")));
    }

    /// The first partition of a topic.
    private static List<TopicPartitions> first(Uuid topic) {
        return List.of(new TopicPartitions().setTopicId(topic).setPartitions(List.of(0)));
    }

    private void epochs() {
        pair.scene("epochs ahead and behind");
        Caller a = caller("a");
        Caller b = caller("b");
        a.ask(MODERN, who -> enter(who, "epochs", "three"));
        for (int delta : new int[] {1, 100, -1}) {
            a.ask(MODERN, who -> beat(who, "epochs").setMemberEpoch(who.generation() + delta));
            a.ask(MODERN, who -> own(who, "epochs").setMemberEpoch(who.generation() + delta));
        }
        a.ask(MODERN, who -> own(who, "epochs"));
        b.ask(MODERN, who -> enter(who, "epochs", "three"));
        a.ask(MODERN, who -> own(who, "epochs"));
        a.ask(MODERN, who -> own(who, "epochs"));
        for (int delta : new int[] {1, -1, -2}) {
            a.ask(MODERN, who -> beat(who, "epochs").setMemberEpoch(who.generation() + delta));
            a.ask(MODERN, who -> own(who, "epochs").setMemberEpoch(who.generation() + delta));
        }
        look("epochs");
        Caller c = caller("c");
        c.ask(MODERN, who -> beat(who, "epochs").setMemberEpoch(1));
        c.ask(MODERN, who -> exit(who, "epochs"));
        c.ask(MODERN, who -> beat(who, "epochs").setMemberEpoch(AWAY).setInstanceId("i"));
        c.ask(MODERN, who -> beat(who, "epochs").setMemberEpoch(2).setInstanceId("i"));
        a.ask(MODERN, who -> beat(who, "epochs").setInstanceId("i"));
        look("epochs");
    }

    private void two() {
        pair.scene("partitions go from one member to another");
        Caller a = caller("a");
        Caller b = caller("b");
        a.ask(MODERN, who -> enter(who, "pair", "six"));
        a.ask(MODERN, who -> own(who, "pair"));
        b.ask(MODERN, who -> enter(who, "pair", "six"));
        look("pair");
        b.ask(MODERN, who -> beat(who, "pair"));
        a.ask(MODERN, who -> beat(who, "pair"));
        look("pair");
        b.ask(MODERN, who -> beat(who, "pair"));
        a.ask(MODERN, who -> beat(who, "pair"));
        a.ask(MODERN, who -> own(who, "pair"));
        look("pair");
        b.ask(MODERN, who -> beat(who, "pair"));
        b.ask(MODERN, who -> own(who, "pair"));
        look("pair");
        a.ask(COMMIT, who -> Asks.commit(who, "pair", "six", 0, 5));
        b.ask(COMMIT, who -> Asks.commit(who, "pair", "six", 5, 5));
        a.ask(MODERN, who -> exit(who, "pair"));
        look("pair");
        b.ask(MODERN, who -> beat(who, "pair"));
        b.ask(MODERN, who -> own(who, "pair"));
        look("pair");
        b.ask(MODERN, who -> exit(who, "pair"));
        look("pair");
    }

    private void full() {
        pair.scene("more members than a group may have");
        for (String name : List.of("a", "b", "c", "d", "e")) {
            caller(name).ask(MODERN, who -> enter(who, "crowd", "six"));
        }
        look("crowd");
        goOn("crowd", "a", "b", "c", "d");
        look("crowd");
        pair.caller("e").ask(MODERN, who -> beat(who, "crowd"));
        pair.caller("e").ask(MODERN, who -> beat(who, "crowd").setMemberEpoch(3));
        pair.caller("b").ask(MODERN, who -> exit(who, "crowd"));
        pair.caller("e").ask(MODERN, who -> enter(who, "crowd", "six"));
        goOn("crowd", "e", "d", "c", "a");
        look("crowd");
    }

    private void subscriptions() {
        pair.scene("members subscribe to something else");
        Caller a = caller("a");
        Caller b = caller("b");
        a.ask(MODERN, who -> enter(who, "changing", "nowhere"));
        a.ask(MODERN, who -> beat(who, "changing").setSubscribedTopicNames(List.of("three")));
        a.ask(MODERN, who -> own(who, "changing"));
        a.ask(
                MODERN,
                who ->
                        own(who, "changing")
                                .setSubscribedTopicNames(List.of("one", "three", "one", "none")));
        look("changing");
        a.ask(MODERN, who -> own(who, "changing").setSubscribedTopicNames(List.of("three", "one")));
        b.ask(MODERN, who -> enter(who, "changing", "six"));
        a.ask(MODERN, who -> own(who, "changing"));
        look("changing");
        b.ask(MODERN, who -> own(who, "changing").setSubscribedTopicNames(List.of("six", "three")));
        goOn("changing", "a", "b");
        look("changing");
        a.ask(MODERN, who -> own(who, "changing").setSubscribedTopicNames(List.of()));
        look("changing");
        a.ask(MODERN, who -> own(who, "changing"));
        b.ask(MODERN, who -> own(who, "changing"));
        b.ask(MODERN, who -> own(who, "changing"));
        look("changing");
        a.ask(MODERN, who -> own(who, "changing").setTopicPartitions(first(new Uuid(9, 9))));
        a.ask(MODERN, who -> own(who, "changing").setRackId("r"));
        a.ask(MODERN, who -> own(who, "changing").setRebalanceTimeoutMs(5_000));
        look("changing");
    }

    private void assignors() {
        pair.scene("assignors");
        Caller a = caller("a");
        Caller b = caller("b");
        Caller c = caller("c");
        a.ask(MODERN, who -> enter(who, "voting", "six").setServerAssignor(null));
        look("voting");
        a.ask(MODERN, who -> own(who, "voting").setServerAssignor("none"));
        a.ask(MODERN, who -> own(who, "voting").setServerAssignor("range"));
        look("voting");
        b.ask(MODERN, who -> enter(who, "voting", "six").setServerAssignor("uniform"));
        c.ask(MODERN, who -> enter(who, "voting", "six").setServerAssignor("uniform"));
        look("voting");
    }

    private void statics() {
        pair.scene("static members");
        Caller a = caller("a");
        Caller b = caller("b");
        Caller again = caller("again");
        a.ask(MODERN, who -> enter(who, "static", "six").setInstanceId("i"));
        a.ask(MODERN, who -> own(who, "static").setInstanceId("i"));
        b.ask(MODERN, who -> enter(who, "static", "six").setInstanceId("j"));
        for (int round = 0; round < ROUNDS; round++) {
            a.ask(MODERN, who -> own(who, "static").setInstanceId("i"));
            b.ask(MODERN, who -> own(who, "static").setInstanceId("j"));
        }
        look("static");
        again.ask(MODERN, who -> enter(who, "static", "six").setInstanceId("i"));
        again.ask(MODERN, who -> beat(who, "static").setInstanceId("i").setMemberEpoch(3));
        again.ask(MODERN, who -> exit(who, "static").setInstanceId("i"));
        again.ask(MODERN, who -> beat(who, "static").setInstanceId("i").setMemberEpoch(AWAY));
        a.ask(MODERN, who -> beat(who, "static").setInstanceId("i").setMemberEpoch(AWAY));
        look("static");
        b.ask(MODERN, who -> own(who, "static"));
        a.ask(MODERN, who -> beat(who, "static").setInstanceId("i").setMemberEpoch(3));
        again.ask(MODERN, who -> enter(who, "static", "six").setInstanceId("i"));
        look("static");
        a.ask(MODERN, who -> own(who, "static").setInstanceId("i").setMemberEpoch(3));
        a.ask(COMMIT, who -> Asks.commit(who, "static", "six", 0, 5).setGroupInstanceId("i"));
        again.ask(MODERN, who -> own(who, "static").setInstanceId("i"));
        pair.differing(
                "a static member that joins again as itself has not heard that it is in the group;"
                        + " in Kafka its own id is in its way until its session ends",
                () -> again.ask(MODERN, who -> enter(who, "static", "six").setInstanceId("i")));
        again.ask(MODERN, who -> own(who, "static"));
        b.ask(MODERN, who -> own(who, "static"));
        again.ask(MODERN, who -> beat(who, "static").setInstanceId("i").setMemberEpoch(AWAY));
        Caller third = caller("third");
        third.ask(MODERN, who -> enter(who, "static", "three").setInstanceId("i"));
        goOn("static", "third", "b");
        look("static");
        b.ask(MODERN, who -> exit(who, "static"));
        third.ask(MODERN, who -> exit(who, "static").setInstanceId("i"));
        look("static");
    }

    private void otherGroups() {
        pair.scene("groups of the other kind");
        Caller a = pair.caller("a");
        Caller b = caller("b");
        joinAsWorker(a, "worker-2");
        joinAsWorker(a, "worker-2");
        b.ask(MODERN, who -> enter(who, "worker-2", "six"));
        b.ask(MODERN, who -> beat(who, "worker-2").setMemberEpoch(2));
        look("worker-2");
        leave(a, "worker-2");
        pair.differing(
                "who slept until the group was classic is unknown, and joins again; in Kafka there"
                        + " is no such group, and clients end",
                () -> b.ask(MODERN, who -> beat(who, "worker-2").setMemberEpoch(2)));
        b.ask(MODERN, who -> exit(who, "worker-2"));
        pair.differing(
                GO_ON,
                () -> {
                    b.ask(MODERN, who -> enter(who, "worker-2", "six"));
                    look("worker-2");
                });
        a.forget("");
        joinAsWorker(a, "worker-2");
        a.ask(JOIN, who -> join(who, "worker-2", "x").setProtocolType(""));
        a.ask(JOIN, who -> join(who, "worker-2"));
        heartbeat(a, "worker-2");
        a.ask(HEARTBEAT, who -> heartbeat(who, "worker-2").setMemberId("member-b"));
        a.ask(SYNC, who -> sync(who, "worker-2").setMemberId("member-b").setProtocolName("x"));
        a.ask(Asks.LEAVE, _ -> leave("worker-2", member("x")));
        a.ask(Asks.LEAVE, _ -> leave("worker-2", member("member-b")));
        b.ask(MODERN, who -> exit(who, "worker-2"));
        a.forget("");
        joinAsWorker(a, "worker-2");
        pair.differing(
                GO_ON,
                () -> a.ask(JOIN, who -> join(who, "worker-2", "x").setProtocolType("connect")));
        look("worker-2");
    }

    private void missedTwice() {
        pair.scene("a member misses two answers");
        Caller a = caller("a");
        a.ask(MODERN, who -> enter(who, "missing", "six"));
        caller("b").ask(MODERN, who -> enter(who, "missing", "six"));
        a.ask(MODERN, who -> beat(who, "missing"));
        a.ask(MODERN, who -> own(who, "missing"));
        caller("c").ask(MODERN, who -> enter(who, "missing", "six"));
        a.ask(MODERN, who -> beat(who, "missing"));
        pair.differing(
                "a member that missed the answer with its epoch and one more goes on; Kafka fences"
                        + " it",
                () ->
                        a.ask(
                                MODERN,
                                who ->
                                        beat(who, "missing")
                                                .setMemberEpoch(2)
                                                .setTopicPartitions(List.of())));
    }

    private void regexes() {
        pair.scene("regular expressions");
        Caller a = caller("a");
        for (String regex : List.of("[", "(", "*", "a{2,1}", "\\")) {
            a.ask(MODERN, who -> enter(who, "regex", "three").setSubscribedTopicRegex(regex));
        }
        look("regex");
        // Kafka resolves an expression after it has answered, and begins an epoch then; we resolve
        // it first. What counts is what members have in the end.
        for (String regex : List.of("three|six", "t.*", "[a-z]*", "o.e", "", "nothing.*")) {
            String group = "regex-" + regex.hashCode();
            a.forget("member-a");
            subscribe(a, group, regex);
            a.settle(
                    MODERN,
                    who -> own(who, group).setSubscribedTopicRegex(""),
                    who -> own(who, group));
        }
        a.forget("member-a");
        pair.differing(
                "an expression does not match internal topics, as nothing does by default in the"
                        + " clients; in Kafka it does",
                () -> subscribe(a, "regex", ".*"));
    }

    private static void subscribe(Caller caller, String group, String regex) {
        caller.settle(
                MODERN,
                who -> enter(who, group, "one").setSubscribedTopicRegex(regex),
                who -> beat(who, group));
    }

    /// Static members: ids that brokers make up have an order of their own, and so would what is
    /// assigned by it.
    private void upgrade() {
        pair.scene("a classic group's members go over to the new protocol, and back");
        StaticScripts.make(pair, "upgraded");
        Caller a = pair.caller("a");
        Caller b = pair.caller("b");
        Caller c = caller("c");
        c.ask(MODERN, who -> enter(who, "upgraded", "three").setInstanceId("k"));
        look("upgraded");
        for (int round = 0; round < ROUNDS; round++) {
            step(a, "i");
            step(b, "j");
            c.ask(MODERN, who -> own(who, "upgraded"));
        }
        look("upgraded");
        a.ask(SYNC, who -> sync(who, "upgraded").setGenerationId(1));
        a.ask(SYNC, who -> sync(who, "upgraded").setProtocolName("sticky"));
        a.ask(HEARTBEAT, who -> heartbeat(who, "upgraded").setGenerationId(1));
        a.ask(HEARTBEAT, who -> heartbeat(who, "upgraded").setGroupInstanceId("j"));
        a.ask(COMMIT, who -> Asks.commit(who, "upgraded", "three", 0, 5));
        a.ask(COMMIT, who -> Asks.commit(who, "upgraded", "three", 0, 5).setMemberId("stranger"));
        a.ask(JOIN, who -> join(who, "upgraded", "sticky"));
        a.ask(JOIN, who -> join(who, "upgraded"));
        a.ask(JOIN, who -> join(who, "upgraded", "range").setProtocolType("connect"));
        a.ask(JOIN, who -> join(who, "upgraded", "range").setMemberId("stranger"));
        a.ask(
                JOIN,
                who ->
                        join(who, "upgraded", "range")
                                .setGroupInstanceId("j")
                                .setMemberId("stranger"));
        a.ask(
                JOIN,
                who ->
                        join(who, "upgraded", "range")
                                .setGroupInstanceId("z")
                                .setMemberId("stranger"));
        a.ask(Asks.LEAVE, who -> leave("upgraded", member(who.id()), member("stranger")));
        look("upgraded");
        c.ask(MODERN, who -> beat(who, "upgraded"));
        c.ask(MODERN, who -> exit(who, "upgraded"));
        look("upgraded");
        heartbeat(b, "upgraded");
    }

    /// What a classic member does on and on.
    private static void step(Caller caller, String instance) {
        caller.ask(HEARTBEAT, who -> heartbeat(who, "upgraded").setGroupInstanceId(instance));
        caller.ask(JOIN, who -> join(who, "upgraded", "range").setGroupInstanceId(instance));
        caller.ask(SYNC, who -> sync(who, "upgraded").setGroupInstanceId(instance));
        caller.ask(HEARTBEAT, who -> heartbeat(who, "upgraded").setGroupInstanceId(instance));
    }
}
