package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerProtocolSubscription;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A classic group `g`, and clients that ask it.
final class ClassicScene {
    static final String GROUP = "g";
    static final int SESSION_MS = 10_000;
    static final int REBALANCE_MS = 60_000;
    private static final int NEWEST = 9;

    final TestShard shard = new TestShard(1);

    /// A JoinGroup of a consumer of `t` that does not know its id.
    static JoinGroupRequest consumer() {
        return JoinGroupRequest.defaults()
                .withGroupId(GROUP)
                .withSessionTimeoutMs(SESSION_MS)
                .withRebalanceTimeoutMs(REBALANCE_MS)
                .withProtocolType("consumer")
                .withProtocols(protocols("range"));
    }

    static List<JoinGroupRequestProtocol> protocols(String... names) {
        List<JoinGroupRequestProtocol> protocols = new ArrayList<>();
        for (String name : names) {
            protocols.add(new JoinGroupRequestProtocol(name, subscription("t")));
        }
        return protocols;
    }

    static ByteBuffer subscription(String... topics) {
        Writer out = Writer.heap(32);
        out.int16((short) 0);
        ConsumerProtocolSubscription.defaults().withTopics(List.of(topics)).write(out, 0);
        return out.bytes();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static Client client(int version) {
        return new Client("c", "/10.0.0.1", version);
    }

    ClassicGroup group() {
        if (shard.groups().group(GROUP) instanceof ClassicGroup group) {
            return group;
        }
        throw new AssertionError("no classic group");
    }

    ClassicMember member(String id) {
        ClassicMember member = group().members().get(id);
        if (member == null) {
            throw new AssertionError("no member " + id);
        }
        return member;
    }

    Answer<JoinGroupResponse> join(JoinGroupRequest request) {
        return join(request, NEWEST);
    }

    Answer<JoinGroupResponse> join(JoinGroupRequest request, int version) {
        Answer<JoinGroupResponse> answer = new Answer<>();
        shard.run(
                request.groupId(),
                groups -> ClassicRequests.join(groups, request, client(version), answer),
                error -> answer.accept(ClassicAnswers.join(request.memberId(), error)));
        return answer;
    }

    /// Joins with an id that was asked for first.
    Answer<JoinGroupResponse> joinAnew(JoinGroupRequest request) {
        return join(request.withMemberId(idFor(request)));
    }

    String idFor(JoinGroupRequest request) {
        JoinGroupResponse first = join(request).response();
        assertThat(first.errorCode()).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED.code());
        return first.memberId();
    }

    /// A request that is sent by a member of the group already.
    static JoinGroupRequest again(JoinGroupResponse joined) {
        return consumer().withMemberId(joined.memberId());
    }

    Answer<SyncGroupResponse> sync(JoinGroupResponse joined, String... assignments) {
        List<SyncGroupRequestAssignment> list = new ArrayList<>();
        for (int i = 0; i < assignments.length; i += 2) {
            list.add(new SyncGroupRequestAssignment(assignments[i], bytes(assignments[i + 1])));
        }
        return sync(
                new SyncGroupRequest(
                        GROUP,
                        joined.generationId(),
                        joined.memberId(),
                        null,
                        joined.protocolType(),
                        joined.protocolName(),
                        list));
    }

    Answer<SyncGroupResponse> sync(SyncGroupRequest request) {
        Answer<SyncGroupResponse> answer = new Answer<>();
        shard.run(
                request.groupId(),
                groups -> ClassicRequests.sync(groups, request, client(5), answer),
                error -> answer.accept(ClassicAnswers.sync(error)));
        return answer;
    }

    ErrorCode heartbeat(JoinGroupResponse joined) {
        return heartbeat(joined.memberId(), null, joined.generationId());
    }

    ErrorCode heartbeat(String memberId, @Nullable String instanceId, int generation) {
        Answer<HeartbeatResponse> answer = new Answer<>();
        HeartbeatRequest request = new HeartbeatRequest(GROUP, generation, memberId, instanceId);
        boolean heard = shard.groups().context().stable().hear(request);
        shard.run(
                GROUP,
                groups -> ClassicRequests.heartbeat(groups, request, client(4), answer),
                error -> answer.accept(ClassicAnswers.heartbeat(error)));
        ErrorCode error = error(answer.response().errorCode());
        assertThat(heard).isEqualTo(error == ErrorCode.NONE && instanceId == null && isStable());
        return error;
    }

    private boolean isStable() {
        return shard.groups().group(GROUP) instanceof ClassicGroup its
                && its.is(ClassicState.STABLE);
    }

    Answer<LeaveGroupResponse> leave(MemberIdentity... members) {
        Answer<LeaveGroupResponse> answer = new Answer<>();
        LeaveGroupRequest request = new LeaveGroupRequest(GROUP, "", List.of(members));
        shard.run(
                GROUP,
                groups -> ClassicRequests.leave(groups, request, client(5), answer),
                error -> answer.accept(ClassicAnswers.leave(error)));
        return answer;
    }

    Answer<LeaveGroupResponse> leave(JoinGroupResponse joined) {
        return leave(new MemberIdentity(joined.memberId(), null, "closed"));
    }

    /// A stable group of so many members, the first of which leads; what each was told.
    List<JoinGroupResponse> stable(int members) {
        List<Answer<JoinGroupResponse>> answers = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            answers.add(joinAnew(consumer()));
        }
        return synced(waitFor(answers));
    }

    /// Lets time pass until all are given.
    <R> List<Answer<R>> waitFor(List<Answer<R>> answers) {
        for (int ms = 0; ms < REBALANCE_MS && !answers.stream().allMatch(Answer::isGiven); ms++) {
            shard.advanceMs(1);
        }
        return answers;
    }

    <R> R waitFor(Answer<R> answer) {
        return waitFor(List.of(answer)).getFirst().response();
    }

    /// Lets the members of a new generation sync: each is assigned its number.
    List<JoinGroupResponse> synced(List<Answer<JoinGroupResponse>> answers) {
        List<JoinGroupResponse> joined = answers.stream().map(Answer::response).toList();
        String[] assignments = new String[2 * joined.size()];
        for (int i = 0; i < joined.size(); i++) {
            assertThat(error(joined.get(i).errorCode())).isEqualTo(ErrorCode.NONE);
            assignments[2 * i] = joined.get(i).memberId();
            assignments[2 * i + 1] = Integer.toString(i);
        }
        for (JoinGroupResponse one : joined) {
            sync(one, one.members().isEmpty() ? new String[0] : assignments);
        }
        assertThat(group().is()).isEqualTo(ClassicState.STABLE);
        return joined;
    }

    static ErrorCode error(short code) {
        return ErrorCode.of(code);
    }
}
