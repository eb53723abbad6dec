package io.octavo.system.group;

import static io.octavo.system.group.Asks.MODERN;
import static io.octavo.system.group.Asks.beat;
import static io.octavo.system.group.Asks.enter;
import static io.octavo.system.group.Asks.exit;
import static io.octavo.system.group.Asks.own;

import io.octavo.ports.Randomness;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Members of consumer groups do what comes, right and wrong: the same at both brokers.
final class ConsumerWalk {
    private static final int STEPS_OF_A_GROUP = 200;
    private static final int AWAY = -2;
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    /// Who is a static member when it comes: two of them under the same name.
    private static final Map<String, String> INSTANCES = Map.of("c", "i", "d", "i", "e", "j");

    /// Nobody comes who subscribes to nothing: Apache Kafka then assigns as if all subscribed
    /// alike, and so what nobody may have.
    private static final List<List<String>> SUBSCRIPTIONS =
            List.of(
                    List.of("six"),
                    List.of("six"),
                    List.of("six"),
                    List.of("three", "six"),
                    List.of("one", "three"),
                    List.of("six", "none"));

    private final GroupPair pair;
    private final Randomness random;
    private final Map<String, Integer> lives = new HashMap<>();
    private String group = "";

    ConsumerWalk(GroupPair pair, long seed) {
        this.pair = pair;
        random = Randomness.seeded(seed);
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            if (step % STEPS_OF_A_GROUP == 0) {
                group = "consumer-walk-" + step / STEPS_OF_A_GROUP;
                pair.scene("a walk in the group " + group);
                NAMES.forEach(name -> renew(pair.caller(name)));
            }
            act(pair.caller(NAMES.get(random.nextInt(NAMES.size()))));
            if (random.nextInt(4) == 0) {
                pair.caller("onlooker").look(MODERN, _ -> Asks.look(group));
            }
        }
    }

    /// Comes as somebody new.
    private void renew(Caller caller) {
        int life = lives.merge(caller.toString(), 1, Integer::sum);
        caller.forget(caller + "-" + life);
    }

    private void act(Caller caller) {
        int generation = caller.told().generation();
        if (random.nextInt(8) == 0) {
            disturb(caller);
        } else if (generation <= 0) {
            List<String> topics = SUBSCRIPTIONS.get(random.nextInt(SUBSCRIPTIONS.size()));
            String instance = INSTANCES.get(caller.toString());
            ask(
                    caller,
                    who ->
                            enter(who, group, topics.toArray(String[]::new))
                                    .setInstanceId(instance));
        } else {
            live(caller);
        }
    }

    private void live(Caller caller) {
        String instance = INSTANCES.get(caller.toString());
        switch (random.nextInt(16)) {
            case 0 -> {
                ask(caller, who -> exit(who, group).setInstanceId(instance));
                renew(caller);
            }
            case 1 -> {
                if (instance != null) {
                    ask(
                            caller,
                            who -> beat(who, group).setMemberEpoch(AWAY).setInstanceId(instance));
                    renew(caller);
                }
            }
            case 2 -> {
                List<String> topics = SUBSCRIPTIONS.get(random.nextInt(SUBSCRIPTIONS.size()));
                ask(caller, who -> own(who, group).setSubscribedTopicNames(topics));
            }
            case 3, 4 ->
                    caller.ask(
                            2 + random.nextInt(9),
                            who -> Asks.commit(who, group, "six", 0, 7L * who.generation()));
            case 5 ->
                    caller.ask(
                            Asks.FETCH,
                            who ->
                                    Asks.fetch(
                                            Asks.of(who, group, "six")
                                                    .setMemberId(who.id())
                                                    .setMemberEpoch(who.generation())));
            case 6, 7, 8 -> ask(caller, who -> beat(who, group));
            default -> ask(caller, who -> own(who, group));
        }
    }

    private void disturb(Caller caller) {
        int delta = random.nextInt(5) - 2;
        int wrong = delta == 0 ? 10 : delta;
        // See [ConsumerScripts] for who says what it owns in an epoch of before.
        int ahead = Math.abs(wrong);
        switch (random.nextInt(7)) {
            case 0 ->
                    caller.ask(
                            MODERN,
                            who ->
                                    beat(who, group)
                                            .setMemberEpoch(Math.max(1, who.generation() + wrong)));
            case 1 ->
                    caller.ask(
                            MODERN,
                            who ->
                                    own(who, group)
                                            .setMemberEpoch(Math.max(1, who.generation() + ahead)));
            case 2 -> caller.ask(MODERN, who -> beat(who, group).setMemberId("stranger"));
            case 3 ->
                    caller.ask(
                            Asks.COMMIT,
                            who ->
                                    Asks.commit(who, group, "six", 1, 5)
                                            .setGenerationIdOrMemberEpoch(
                                                    who.generation() + wrong));
            case 4 -> caller.ask(Asks.COMMIT, who -> Asks.simpleCommit(who, group, "six", 1, 5));
            case 5 ->
                    caller.ask(
                            Asks.FETCH,
                            who ->
                                    Asks.fetch(
                                            Asks.of(who, group, "six")
                                                    .setMemberId(who.id())
                                                    .setMemberEpoch(who.generation() + wrong)));
            default -> caller.ask(MODERN, who -> exit(who, group).setMemberId("stranger"));
        }
    }

    /// A heartbeat; who is fenced begins anew.
    private void ask(Caller caller, Function<Told, ConsumerGroupHeartbeatRequestData> request) {
        var heard = (ConsumerGroupHeartbeatResponseData) caller.ask(MODERN, request);
        switch (Errors.forCode(heard.errorCode())) {
            case FENCED_MEMBER_EPOCH -> caller.forget(caller.told().id());
            case UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID -> renew(caller);
            default -> {}
        }
    }
}
