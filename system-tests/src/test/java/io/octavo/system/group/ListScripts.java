package io.octavo.system.group;

import static io.octavo.system.group.Asks.JOIN;
import static io.octavo.system.group.Asks.MODERN;
import static io.octavo.system.group.Asks.SYNC;

import java.util.List;
import org.apache.kafka.common.message.FindCoordinatorRequestData;

/// Where groups are coordinated, and which there are.
final class ListScripts {
    private static final int FIND_MAX = 6;

    /// From this version on several keys are asked for at once.
    private static final int KEYS_FROM = 4;

    /// The first versions with these filters.
    private static final int STATES_FROM = 4;

    private final GroupPair pair;

    ListScripts(GroupPair pair) {
        this.pair = pair;
    }

    void run() {
        coordinators();
        lists();
        descriptions();
    }

    /// Of groups only: what else Apache Kafka coordinates is not there yet.
    private void coordinators() {
        pair.scene("coordinators");
        Caller a = pair.caller("a");
        for (int version = 0; version < KEYS_FROM; version++) {
            for (String key : List.of("g", "", "g".repeat(300))) {
                a.ask(version, _ -> new FindCoordinatorRequestData().setKey(key));
            }
        }
        for (int version = 1; version <= FIND_MAX; version++) {
            int v = version;
            for (byte type : new byte[] {-1, 3, 99}) {
                a.ask(version, _ -> find(v, type, "g"));
            }
        }
        for (int version = KEYS_FROM; version <= FIND_MAX; version++) {
            int v = version;
            a.ask(version, _ -> find(v, (byte) 0, "a", "b", "", "a"));
            a.ask(version, _ -> find(v, (byte) 0));
        }
    }

    private static FindCoordinatorRequestData find(int version, byte type, String... keys) {
        FindCoordinatorRequestData request = new FindCoordinatorRequestData().setKeyType(type);
        return version < KEYS_FROM
                ? request.setKey(keys[0])
                : request.setCoordinatorKeys(List.of(keys));
    }

    /// Groups in each state.
    private void lists() {
        pair.scene("groups in each state");
        Caller a = pair.caller("a");
        a.ask(Asks.COMMIT, who -> Asks.simpleCommit(who, "list-offsets", "three", 0, 5));
        Steps.enter(a, "list-completing");
        Caller b = pair.caller("b");
        Steps.enter(b, "list-stable");
        b.ask(SYNC, who -> Asks.sync(who, "list-stable", "b"));
        Caller c = pair.caller("c");
        Steps.enter(c, "list-preparing");
        c.ask(SYNC, who -> Asks.sync(who, "list-preparing", "c"));
        Caller d = pair.caller("d");
        d.ask(JOIN, who -> Asks.join(who, "list-preparing", "range"));
        d.send(JOIN, who -> Asks.join(who, "list-preparing", "range"));
        Caller e = pair.caller("e").forget("member-e");
        e.ask(MODERN, who -> Asks.enter(who, "list-modern", "six"));
        Caller f = pair.caller("f").forget("member-f");
        f.ask(MODERN, who -> Asks.enter(who, "list-reconciling", "six"));
        f.ask(MODERN, who -> Asks.own(who, "list-reconciling"));
        Caller g = pair.caller("g").forget("member-g");
        g.ask(MODERN, who -> Asks.enter(who, "list-reconciling", "six"));
        Caller h = pair.caller("h").forget("member-h");
        h.ask(MODERN, who -> Asks.enter(who, "list-empty", "six"));
        h.ask(MODERN, who -> Asks.exit(who, "list-empty"));
        filters();
    }

    private void filters() {
        Caller onlooker = pair.caller("onlooker");
        for (int version = STATES_FROM; version <= Asks.LIST; version++) {
            for (String state :
                    List.of(
                            "Stable",
                            "stable",
                            "PreparingRebalance",
                            "CompletingRebalance",
                            "Reconciling",
                            "Assigning",
                            "Dead",
                            "none",
                            "")) {
                onlooker.look(version, _ -> Asks.list().setStatesFilter(List.of(state)));
            }
            onlooker.look(
                    version,
                    _ -> Asks.list().setStatesFilter(List.of("Stable", "COMPLETINGREBALANCE")));
        }
        for (String type : List.of("consumer", "Consumer", "share", "none", "")) {
            onlooker.look(Asks.LIST, _ -> Asks.list().setTypesFilter(List.of(type)));
        }
        onlooker.look(
                Asks.LIST,
                _ ->
                        Asks.list()
                                .setTypesFilter(List.of("classic"))
                                .setStatesFilter(List.of("Stable")));
    }

    private void descriptions() {
        pair.scene("descriptions of several groups");
        Caller onlooker = pair.caller("onlooker");
        for (int version = 0; version <= Asks.DESCRIBE; version++) {
            onlooker.look(version, _ -> Asks.describe());
            onlooker.look(version, _ -> Asks.describe("list-stable", "list-modern", "nowhere", ""));
            if (version >= 3) {
                onlooker.look(
                        version,
                        _ ->
                                Asks.describe("list-stable", "nowhere", "")
                                        .setIncludeAuthorizedOperations(true));
            }
        }
        for (int version = 0; version <= MODERN; version++) {
            onlooker.look(version, _ -> Asks.look());
            onlooker.look(
                    version,
                    _ ->
                            Asks.look("list-stable", "list-modern", "nowhere")
                                    .setIncludeAuthorizedOperations(true));
        }
        for (int version = 0; version <= MODERN; version++) {
            int asked = version;
            pair.differing(
                    "a group that is named twice is described once",
                    () -> onlooker.look(asked, _ -> Asks.look("list-modern", "list-modern")));
        }
    }
}
