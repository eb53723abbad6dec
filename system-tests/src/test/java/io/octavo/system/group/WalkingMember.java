package io.octavo.system.group;

import static io.octavo.system.group.Asks.HEARTBEAT;
import static io.octavo.system.group.Asks.JOIN;
import static io.octavo.system.group.Asks.LEAVE;
import static io.octavo.system.group.Asks.SYNC;

import io.octavo.ports.Randomness;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// A member of a classic group in a [ClassicWalk].
final class WalkingMember {
    /// The first versions with instances: of JoinGroup and of the others.
    private static final int JOIN_INSTANCES_FROM = 5;

    private static final int INSTANCES_FROM = 3;
    private static final int ID_REQUIRED_FROM = 4;

    /// In a group of more members Apache Kafka chooses the next leader by the members' ids.
    private static final int SIZE_TO_LEAVE_AS_LEADER_MAX = 2;

    private static final List<List<String>> OFFERS =
            List.of(List.of("range"), List.of("range", "sticky"), List.of("sticky", "range"));

    private final Caller caller;
    private final String group;
    private final @Nullable String instance;
    private final Randomness random;
    private Doing doing = Doing.NOTHING;
    private boolean leads;

    private enum Doing {
        NOTHING,
        JOINING,
        JOINED,
        SYNCING,
        CONSUMING
    }

    WalkingMember(Caller caller, String group, @Nullable String instance, Randomness random) {
        this.caller = caller;
        this.group = group;
        this.instance = instance;
        this.random = random;
    }

    String group() {
        return group;
    }

    boolean joins() {
        return doing == Doing.JOINING;
    }

    boolean syncs() {
        return doing == Doing.SYNCING;
    }

    boolean waits() {
        return joins() || syncs();
    }

    boolean leads() {
        return leads;
    }

    boolean isAnswered() {
        return caller.isAnswered();
    }

    /// Asks something, wrong things too.
    ///
    /// @param size of the group
    void act(int size) {
        if (random.nextInt(6) == 0) {
            disturb();
            return;
        }
        switch (doing) {
            case NOTHING -> join();
            case JOINED -> {
                if (random.nextInt(3) == 0) {
                    consume(size);
                } else {
                    sync();
                }
            }
            case CONSUMING -> consume(size);
            case JOINING, SYNCING -> {}
        }
    }

    private void join() {
        int oldest = instance == null ? 0 : JOIN_INSTANCES_FROM;
        int version = oldest + random.nextInt(JOIN - oldest + 1);
        List<String> topics = List.of(random.nextInt(4) == 0 ? "six" : "three");
        String[] offer = OFFERS.get(random.nextInt(OFFERS.size())).toArray(String[]::new);
        Function<Told, JoinGroupRequestData> request =
                who -> Asks.join(who, group, topics, offer).setGroupInstanceId(instance);
        if (version >= ID_REQUIRED_FROM && instance == null && caller.told().id().isEmpty()) {
            var given = (JoinGroupResponseData) caller.ask(version, request);
            if (given.errorCode() != Errors.MEMBER_ID_REQUIRED.code()) {
                return;
            }
        }
        doing = Doing.JOINING;
        caller.send(version, request);
    }

    private void sync() {
        int version = INSTANCES_FROM + random.nextInt(SYNC - INSTANCES_FROM + 1);
        doing = Doing.SYNCING;
        caller.send(
                version,
                who -> Asks.sync(who, group, "a", "b", "c", "s").setGroupInstanceId(instance));
    }

    private void consume(int size) {
        switch (random.nextInt(10)) {
            case 0 -> {
                if (!leads || size <= SIZE_TO_LEAVE_AS_LEADER_MAX) {
                    exit();
                }
            }
            case 1 -> {
                if (instance != null) {
                    caller.forget("");
                    leads = false;
                }
                doing = Doing.NOTHING;
            }
            case 2, 3 ->
                    caller.ask(
                            2 + random.nextInt(9),
                            who -> Asks.commit(who, group, "three", 0, random(who)));
            default -> {
                var heard =
                        (HeartbeatResponseData)
                                caller.ask(
                                        HEARTBEAT,
                                        who ->
                                                Asks.heartbeat(who, group)
                                                        .setGroupInstanceId(instance));
                learn(Errors.forCode(heard.errorCode()), doing);
            }
        }
    }

    /// The same for both brokers.
    private static long random(Told who) {
        return 17L * who.generation();
    }

    private void exit() {
        boolean byInstance = instance != null && random.nextInt(2) == 0;
        caller.ask(
                LEAVE,
                who ->
                        Asks.leave(
                                group,
                                Asks.member(byInstance ? "" : who.id())
                                        .setGroupInstanceId(instance)));
        caller.forget("");
        leads = false;
        doing = Doing.NOTHING;
    }

    private void disturb() {
        int delta = random.nextInt(5) - 2;
        int wrong = delta == 0 ? 10 : delta;
        switch (random.nextInt(9)) {
            case 0 ->
                    caller.ask(
                            HEARTBEAT,
                            who ->
                                    Asks.heartbeat(who, group)
                                            .setGenerationId(who.generation() + wrong));
            case 1 ->
                    caller.ask(
                            SYNC,
                            who -> Asks.sync(who, group).setGenerationId(who.generation() + wrong));
            case 2 -> caller.ask(SYNC, who -> Asks.sync(who, group).setMemberId("stranger"));
            case 3 -> caller.ask(SYNC, who -> Asks.sync(who, group).setProtocolName("other"));
            case 4 ->
                    caller.ask(JOIN, who -> Asks.join(who, group, "other").setMemberId("stranger"));
            case 5 ->
                    caller.ask(
                            LEAVE,
                            _ -> Asks.leave(group, Asks.member("stranger"), Asks.member("")));
            case 6 ->
                    caller.ask(
                            Asks.COMMIT,
                            who ->
                                    Asks.commit(who, group, "three", 1, 5)
                                            .setGenerationIdOrMemberEpoch(
                                                    who.generation() + wrong));
            case 7 -> caller.ask(Asks.COMMIT, who -> Asks.simpleCommit(who, group, "three", 1, 5));
            default ->
                    caller.ask(
                            Asks.FETCH,
                            who -> Asks.fetch(Asks.of(who, group, "three"), Asks.of(who, group)));
        }
    }

    /// Takes the answer that it waited for.
    void hear() {
        ApiMessage answer = caller.hear();
        switch (answer) {
            case JoinGroupResponseData joined -> {
                leads = joined.leader().equals(joined.memberId()) && joined.errorCode() == 0;
                learn(Errors.forCode(joined.errorCode()), Doing.JOINED);
            }
            case SyncGroupResponseData synced ->
                    learn(Errors.forCode(synced.errorCode()), Doing.CONSUMING);
            default -> throw new AssertionError("waited for " + answer);
        }
    }

    private void learn(Errors error, Doing next) {
        switch (error) {
            case NONE -> doing = next;
            case REBALANCE_IN_PROGRESS, ILLEGAL_GENERATION, INCONSISTENT_GROUP_PROTOCOL ->
                    doing = Doing.NOTHING;
            case UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, GROUP_MAX_SIZE_REACHED -> {
                caller.forget("");
                leads = false;
                doing = Doing.NOTHING;
            }
            default -> throw new AssertionError("answered with " + error);
        }
    }
}
