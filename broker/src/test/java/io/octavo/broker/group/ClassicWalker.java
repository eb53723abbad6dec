package io.octavo.broker.group;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.octavo.protocol.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A client of a classic group in a random walk. It asks one thing at a time, as clients do, but it
/// may give up waiting, change its mind, or die.
final class ClassicWalker implements Walker {
    static final int SESSION_MS = 6_000;
    static final int REBALANCE_MS_MAX = 10_000;
    private static final int RETRY_MS = 1_000;
    private static final int HEARTBEAT_MS = 500;
    private static final List<String> NAMES = List.of("range", "sticky", "rr");

    private final Walk walk;
    private final ClassicJudge judge;
    private final String groupId;
    private final String protocolType;
    private final @Nullable String instanceId;

    /// Whether it is there only to disturb.
    private final boolean rival;

    /// Counts what it waits for: what it has given up waiting for is answered to nobody.
    private int turn;

    /// Whether it never asks what is assigned to it, though it lives.
    private boolean lazy;

    private Doing doing = Doing.NOTHING;
    private int version;
    private String memberId = "";
    private int generation = -1;
    private List<JoinGroupRequestProtocol> protocols = List.of();
    private @Nullable JoinGroupResponse joined;
    private long heartbeatAtMs;

    private enum Doing {
        NOTHING,
        JOINING,
        JOINED,
        SYNCING,
        CONSUMING
    }

    /// @param instanceId null for a dynamic member
    /// @param rival whether it keeps away when all is to be calm
    ClassicWalker(
            Walk walk,
            ClassicJudge judge,
            String groupId,
            String protocolType,
            @Nullable String instanceId,
            boolean rival) {
        this.rival = rival;
        this.walk = walk;
        this.judge = judge;
        this.groupId = groupId;
        this.protocolType = protocolType;
        this.instanceId = instanceId;
        begin();
    }

    private void begin() {
        turn++;
        doing = Doing.NOTHING;
        memberId = "";
        generation = -1;
        joined = null;
        lazy = walk.chance().oneIn(8);
        version = 5 + walk.chance().below(5);
        if (instanceId == null && walk.chance().oneIn(4)) {
            version = walk.chance().below(4);
        }
        change();
    }

    private void change() {
        protocols = new ArrayList<>();
        for (String name : NAMES) {
            if (name.equals("range") || walk.chance().oneIn(3)) {
                String topic = "t" + walk.chance().below(3);
                protocols.add(new JoinGroupRequestProtocol(name, ClassicScene.subscription(topic)));
            }
        }
    }

    @Override
    public void act() {
        Chance chance = walk.chance();
        if (chance.oneIn(60)) {
            disturb();
        } else if (chance.oneIn(150)) {
            die();
        } else if (chance.oneIn(100) && !memberId.isEmpty()) {
            leave();
        } else if (chance.oneIn(80)) {
            change();
            join();
        } else {
            next();
        }
    }

    @Override
    public void behave() {
        if (!rival) {
            lazy = false;
            next();
        }
    }

    private void next() {
        switch (doing) {
            case NOTHING -> join();
            case JOINED -> {
                if (lazy) {
                    consume();
                } else {
                    sync();
                }
            }
            case CONSUMING -> consume();
            case JOINING, SYNCING -> {}
        }
    }

    @Override
    public void die() {
        begin();
    }

    /// Says something that is wrong, or that was right once.
    private void disturb() {
        Chance chance = walk.chance();
        int stale = generation - 1 - chance.below(3);
        String who = chance.oneIn(3) ? "stranger" : memberId;
        switch (chance.below(4)) {
            case 0 -> heartbeat(who, stale, _ -> {});
            case 1 -> judge.commit(groupId, who, stale);
            case 2 -> send(sync(who, stale, List.of()), _ -> {});
            default -> {
                doing = Doing.NOTHING;
                join();
            }
        }
    }

    private void join() {
        doing = Doing.JOINING;
        int its = ++turn;
        JoinGroupRequest request =
                new JoinGroupRequest(
                        groupId,
                        SESSION_MS,
                        2_000 + walk.chance().below(REBALANCE_MS_MAX - 2_000),
                        memberId,
                        instanceId,
                        protocolType,
                        protocols,
                        null);
        Answer<JoinGroupResponse> answer = new Answer<>();
        Client client = new Client("w", "/10.0.0.1", version);
        String known = memberId;
        int asked = version;
        walk.shard()
                .run(
                        groupId,
                        groups ->
                                ClassicRequests.join(
                                        groups,
                                        request,
                                        client,
                                        response -> {
                                            answer.accept(response);
                                            judge.joined(groupId, instanceId, asked, response);
                                            if (its == turn) {
                                                joined(response);
                                            }
                                        }),
                        error -> {
                            answer.accept(ClassicAnswers.join(known, error));
                            if (its == turn) {
                                doing = Doing.NOTHING;
                            }
                        });
        walk.expect(answer, "a join of " + groupId, REBALANCE_MS_MAX + SESSION_MS + RETRY_MS);
    }

    private void joined(JoinGroupResponse response) {
        switch (ErrorCode.of(response.errorCode())) {
            case NONE -> {
                memberId = response.memberId();
                generation = response.generationId();
                joined = response;
                doing = Doing.JOINED;
            }
            case MEMBER_ID_REQUIRED -> {
                memberId = response.memberId();
                doing = Doing.NOTHING;
            }
            case COORDINATOR_LOAD_IN_PROGRESS -> {
                judge.waits();
                doing = Doing.NOTHING;
            }
            case REBALANCE_IN_PROGRESS, NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE ->
                    doing = Doing.NOTHING;
            case UNKNOWN_MEMBER_ID,
                    FENCED_INSTANCE_ID,
                    INCONSISTENT_GROUP_PROTOCOL,
                    GROUP_MAX_SIZE_REACHED ->
                    begin();
            default -> throw new AssertionError("a join answered with " + response);
        }
    }

    private void sync() {
        JoinGroupResponse told = joined;
        if (told == null) {
            doing = Doing.NOTHING;
            return;
        }
        doing = Doing.SYNCING;
        int its = ++turn;
        int current = generation;
        List<SyncGroupRequestAssignment> assignments = List.of();
        if (!told.members().isEmpty() && !told.skipAssignment()) {
            assignments =
                    judge.assign(
                            told.members().stream()
                                    .map(JoinGroupResponseMember::memberId)
                                    .toList());
        }
        String who = memberId;
        SyncGroupRequest request = sync(who, current, assignments);
        send(
                request,
                response -> {
                    judge.synced(groupId, who, instanceId, current, response);
                    if (its == turn) {
                        synced(response);
                    }
                });
    }

    private SyncGroupRequest sync(
            String who, int current, List<SyncGroupRequestAssignment> assignments) {
        return new SyncGroupRequest(
                groupId, current, who, instanceId, protocolType, null, assignments);
    }

    private void send(SyncGroupRequest request, Consumer<SyncGroupResponse> then) {
        Answer<SyncGroupResponse> answer = new Answer<>();
        Consumer<SyncGroupResponse> both =
                response -> {
                    answer.accept(response);
                    then.accept(response);
                };
        walk.shard()
                .run(
                        groupId,
                        groups ->
                                ClassicRequests.sync(
                                        groups, request, new Client("w", "/h", 5), both),
                        error -> both.accept(ClassicAnswers.sync(error)));
        walk.expect(answer, "a sync of " + groupId, REBALANCE_MS_MAX + SESSION_MS + RETRY_MS);
    }

    private void synced(SyncGroupResponse response) {
        switch (ErrorCode.of(response.errorCode())) {
            case NONE -> doing = Doing.CONSUMING;
            case REBALANCE_IN_PROGRESS,
                    NOT_COORDINATOR,
                    COORDINATOR_NOT_AVAILABLE,
                    ILLEGAL_GENERATION ->
                    doing = Doing.NOTHING;
            case UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID -> begin();
            default -> throw new AssertionError("a sync answered with " + response);
        }
    }

    private void consume() {
        if (walk.chance().oneIn(3)) {
            judge.commit(groupId, memberId, generation);
        }
        if (walk.shard().clock().millis() >= heartbeatAtMs) {
            heartbeatAtMs = walk.shard().clock().millis() + HEARTBEAT_MS;
            int its = turn;
            int current = generation;
            heartbeat(
                    memberId,
                    current,
                    error -> {
                        if (its == turn) {
                            heard(error);
                        }
                    });
        }
    }

    private void heard(ErrorCode error) {
        switch (error) {
            case NONE, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR -> {}
            case REBALANCE_IN_PROGRESS, ILLEGAL_GENERATION -> doing = Doing.NOTHING;
            case UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID -> begin();
            default -> throw new AssertionError("a heartbeat answered with " + error);
        }
    }

    private void heartbeat(String who, int current, Consumer<ErrorCode> then) {
        Answer<HeartbeatResponse> answer = new Answer<>();
        HeartbeatRequest request = new HeartbeatRequest(groupId, current, who, instanceId);
        Consumer<HeartbeatResponse> both =
                response -> {
                    answer.accept(response);
                    judge.heard(groupId, current, response);
                    then.accept(ErrorCode.of(response.errorCode()));
                };
        if (walk.chance().oneIn(2) && walk.shard().groups().context().stable().hear(request)) {
            both.accept(ClassicAnswers.heartbeat(ErrorCode.NONE));
            return;
        }
        walk.shard()
                .run(
                        groupId,
                        groups ->
                                ClassicRequests.heartbeat(
                                        groups, request, new Client("w", "/h", 4), both),
                        error -> both.accept(ClassicAnswers.heartbeat(error)));
        walk.expect(answer, "a heartbeat of " + groupId, 0);
    }

    private void leave() {
        MemberIdentity who =
                new MemberIdentity(
                        instanceId != null && walk.chance().oneIn(2) ? "" : memberId,
                        instanceId,
                        null);
        Answer<LeaveGroupResponse> answer = new Answer<>();
        LeaveGroupRequest request = new LeaveGroupRequest(groupId, "", List.of(who));
        walk.shard()
                .run(
                        groupId,
                        groups ->
                                ClassicRequests.leave(
                                        groups, request, new Client("w", "/h", 5), answer),
                        error -> answer.accept(ClassicAnswers.leave(error)));
        walk.expect(answer, "a leave of " + groupId, 0);
        begin();
    }

    /// Whether it is where it wants to be.
    boolean consumes() {
        return doing == Doing.CONSUMING;
    }

    boolean isRival() {
        return rival;
    }

    @Override
    public String toString() {
        return memberId + " of " + groupId + " in " + generation + ": " + doing;
    }
}
