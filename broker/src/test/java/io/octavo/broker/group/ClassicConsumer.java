package io.octavo.broker.group;

import static io.octavo.broker.group.ConsumerGroupScene.GROUP;
import static io.octavo.broker.group.ConsumerGroupScene.REBALANCE_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.consumer.ConsumerProtocol;
import io.octavo.broker.shard.Write;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.ConsumerProtocolAssignment;
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
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A consumer of the classic protocol, in the group of [ConsumerGroupScene].
final class ClassicConsumer {
    static final int SESSION_MS = 10_000;
    private static final int NEWEST_JOIN = 9;

    private final TestShard stage;
    String id;
    @Nullable String instanceId;
    @Nullable ByteBuffer userData;
    String protocol = "range";

    /// Another that it names first when it joins.
    @Nullable String preferred;

    List<String> topics = List.of("t");
    List<Integer> owned = List.of();
    private int generation = -1;

    ClassicConsumer(TestShard stage) {
        this(stage, "");
    }

    ClassicConsumer(TestShard stage, String id) {
        this.stage = stage;
        this.id = id;
    }

    JoinGroupResponse join() {
        JoinGroupResponse response = joinOnce();
        if (response.errorCode() == ErrorCode.MEMBER_ID_REQUIRED.code()) {
            id = response.memberId();
            response = joinOnce();
        }
        if (response.errorCode() == 0) {
            id = response.memberId();
            generation = response.generationId();
        }
        return response;
    }

    private JoinGroupResponse joinOnce() {
        return joinLater().response();
    }

    /// Asks to join; the answer may be held up.
    Answer<JoinGroupResponse> joinLater() {
        JoinGroupRequest request =
                JoinGroupRequest.defaults()
                        .withGroupId(GROUP)
                        .withMemberId(id)
                        .withGroupInstanceId(instanceId)
                        .withSessionTimeoutMs(SESSION_MS)
                        .withRebalanceTimeoutMs(REBALANCE_MS)
                        .withProtocolType("consumer")
                        .withProtocols(
                                Stream.of(preferred, protocol)
                                        .filter(Objects::nonNull)
                                        .map(name ->
                                                new JoinGroupRequestProtocol(name, subscription()))
                                        .toList());
        return this.<JoinGroupResponse>begin((groups, answer) ->
                ClassicRequests.join(groups, request, client(NEWEST_JOIN), answer));
    }

    private ByteBuffer subscription() {
        Writer out = Writer.heap(32);
        out.int16((short) 1);
        ConsumerProtocolSubscription.defaults()
                .withTopics(topics)
                .withOwnedPartitions(
                        owned.isEmpty()
                                ? List.of()
                                : List.of(
                                        new ConsumerProtocolSubscription.TopicPartition(
                                                "t", owned)))
                .write(out, 1);
        return out.bytes();
    }

    List<Integer> sync() {
        return sync(List.of());
    }

    List<Integer> syncLeading(List<Integer> partitions) {
        Writer out = Writer.heap(32);
        out.int16((short) 1);
        new ConsumerProtocolAssignment(
                        List.of(new ConsumerProtocolAssignment.TopicPartition("t", partitions)),
                        userData)
                .write(out, 1);
        return sync(List.of(new SyncGroupRequestAssignment(id, out.bytes())));
    }

    private List<Integer> sync(List<SyncGroupRequestAssignment> assignments) {
        SyncGroupRequest request =
                new SyncGroupRequest(
                        GROUP, generation, id, instanceId, "consumer", protocol, assignments);
        SyncGroupResponse response =
                this.<SyncGroupResponse>call((groups, answer) ->
                        ClassicRequests.sync(groups, request, client(5), answer));
        assertThat(response.errorCode()).isZero();
        ConsumerProtocolAssignment assignment =
                Objects.requireNonNull(ConsumerProtocol.assignment(response.assignment()));
        return assignment.assignedPartitions().isEmpty()
                ? List.of()
                : assignment.assignedPartitions().getFirst().partitions();
    }

    ErrorCode heartbeat() {
        return heartbeat(generation);
    }

    ErrorCode heartbeat(int in) {
        HeartbeatRequest request = new HeartbeatRequest(GROUP, in, id, instanceId);
        HeartbeatResponse response =
                this.<HeartbeatResponse>call((groups, answer) ->
                        ClassicRequests.heartbeat(groups, request, client(4), answer));
        return ErrorCode.of(response.errorCode());
    }

    LeaveGroupResponse leave() {
        return leave(1);
    }

    /// @param times how often it is named
    LeaveGroupResponse leave(int times) {
        MemberIdentity its =
                MemberIdentity.defaults().withMemberId(id).withGroupInstanceId(instanceId);
        LeaveGroupRequest request =
                LeaveGroupRequest.defaults()
                        .withGroupId(GROUP)
                        .withMembers(Collections.nCopies(times, its));
        return this.<LeaveGroupResponse>call(
                (groups, answer) -> ClassicRequests.leave(groups, request, client(5), answer));
    }

    private <R> R call(Call<R> call) {
        return begin(call).response();
    }

    private <R> Answer<R> begin(Call<R> call) {
        Answer<R> answer = new Answer<>();
        stage.run(
                GROUP,
                groups -> call.of(groups, answer),
                error -> {
                    throw new AssertionError(error);
                });
        stage.advanceMs(0);
        return answer;
    }

    private static Client client(int version) {
        return new Client("c", "/h", version);
    }

    /// A request of the classic protocol.
    private interface Call<R> {
        Write of(GroupShard groups, Consumer<R> answer);
    }
}
