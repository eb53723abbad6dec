package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.WithOffsetScene;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeGroupsRequest;
import io.octavo.protocol.message.DescribeGroupsResponse;
import io.octavo.protocol.message.DescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.LeaveGroupRequest.MemberIdentity;
import io.octavo.protocol.message.LeaveGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import io.octavo.protocol.message.SyncGroupResponse;
import io.octavo.protocol.wire.Request;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Writer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassicHandlersTest extends WithOffsetScene {
    private static final int SESSION_MS = 10_000;
    private static final JoinGroupRequest JOIN =
            new JoinGroupRequest(
                    "g",
                    SESSION_MS,
                    SESSION_MS,
                    "",
                    null,
                    "tests",
                    List.of(new JoinGroupRequestProtocol("p", bytes(7))),
                    null);

    @Test
    void aMemberJoinsSyncsLivesAndLeavesInEveryVersion() {
        for (int version = 0; version < 10; version++) {
            JoinGroupResponse joined = join(version);
            assertThat(joined.errorCode()).isZero();
            assertThat(joined.memberId()).startsWith("test-client-");
            assertThat(joined.leader()).isEqualTo(joined.memberId());
            assertThat(joined.protocolName()).isEqualTo("p");

            SyncGroupResponse synced = sync(joined, Math.min(version, 5));
            assertThat(synced.errorCode()).isZero();
            assertThat(synced.assignment()).isEqualTo(bytes(8));
            assertThat(heartbeat(joined, Math.min(version, 4))).isEqualTo(ErrorCode.NONE);

            DescribedGroup group = describe(Math.min(version, 6), "g").groups().getFirst();
            assertThat(group.groupState()).isEqualTo("Stable");
            assertThat(group.members().getFirst().clientHost()).isEqualTo("/127.0.0.1");

            LeaveGroupResponse left = leave(joined.memberId(), Math.min(version, 5));
            assertThat(left.errorCode()).isZero();
            assertThat(heartbeat(joined, Math.min(version, 4)))
                    .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        }
    }

    @Test
    void aMemberThatLeavesAndIsUnknownIsToldSoInEveryVersion() {
        for (int version = 0; version < 6; version++) {
            LeaveGroupResponse left = leave("m", version);

            assertThat(version < 3 ? left.errorCode() : left.members().getFirst().errorCode())
                    .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.code());
        }
    }

    @Test
    void aRefusedJoinCanBeSaidInEveryVersion() {
        for (int version = 0; version < 10; version++) {
            assertThat(ask(new JoinGroupHandler(scene.groups()), JOIN.withMemberId("m"), version))
                    .returns(ErrorCode.UNKNOWN_MEMBER_ID.code(), JoinGroupResponse::errorCode)
                    .returns(version < 7 ? "" : null, JoinGroupResponse::protocolName);
        }
    }

    @Test
    void aGroupNeedsAName() {
        SyncGroupRequest sync = SyncGroupRequest.defaults();

        assertThat(ask(new JoinGroupHandler(scene.groups()), JOIN.withGroupId(""), 9).errorCode())
                .isEqualTo(ErrorCode.INVALID_GROUP_ID.code());
        assertThat(ask(new SyncGroupHandler(scene.groups()), sync, 4).errorCode())
                .isEqualTo(ErrorCode.INVALID_GROUP_ID.code());
        assertThat(
                        ask(new LeaveGroupHandler(scene.groups()), LeaveGroupRequest.defaults(), 5)
                                .errorCode())
                .isEqualTo(ErrorCode.INVALID_GROUP_ID.code());
        assertThat(
                        ask(new HeartbeatHandler(scene.groups()), HeartbeatRequest.defaults(), 4)
                                .errorCode())
                .isEqualTo(ErrorCode.INVALID_GROUP_ID.code());
        assertThat(describe(6, "").groups().getFirst().errorCode())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.code());
    }

    @Test
    void aSyncMustSayItsProtocolFromVersionFiveOn() {
        SyncGroupRequest silent = SyncGroupRequest.defaults().withGroupId("g");

        assertThat(ask(new SyncGroupHandler(scene.groups()), silent, 5).errorCode())
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.code());
        assertThat(ask(new SyncGroupHandler(scene.groups()), silent, 4).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void whatIsAllowedIsToldToWhoAsks() {
        join(9);
        DescribeGroupsRequest request = new DescribeGroupsRequest(List.of("g", "g"), true);

        DescribeGroupsResponse described =
                ask(new DescribeGroupsHandler(scene.groups()), request, 6);

        assertThat(described.groups())
                .extracting(DescribedGroup::authorizedOperations)
                .containsExactly(AuthorizedOperations.GROUP);
        assertThat(describe(6, "g").groups().getFirst().authorizedOperations())
                .isEqualTo(Integer.MIN_VALUE);
    }

    @Test
    void aMemberGoesOnAfterARestart() throws IOException {
        JoinGroupResponse joined = join(9);
        sync(joined, 5);
        scene.restart();

        assertThat(heartbeat(joined, 4)).isEqualTo(ErrorCode.NONE);
        pass(SESSION_MS);
        assertThat(heartbeat(joined, 4)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    private JoinGroupResponse join(int version) {
        JoinGroupHandler handler = new JoinGroupHandler(scene.groups());
        JoinGroupRequest request = JOIN;
        if (version >= 4) {
            JoinGroupResponse first = ask(handler, request, version);
            assertThat(first.errorCode()).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED.code());
            request = request.withMemberId(first.memberId());
        }
        Reply<JoinGroupResponse> reply =
                handler.handle(
                        version == 0 ? request.withRebalanceTimeoutMs(-1) : request,
                        new FakeRequestContext(version));
        scene.run();
        pass(3_000);
        return said(kept(later(reply)), version);
    }

    private SyncGroupResponse sync(JoinGroupResponse joined, int version) {
        SyncGroupRequest request =
                new SyncGroupRequest(
                        "g",
                        joined.generationId(),
                        joined.memberId(),
                        null,
                        version < 5 ? null : "tests",
                        version < 5 ? null : "p",
                        List.of(new SyncGroupRequestAssignment(joined.memberId(), bytes(8))));
        return ask(new SyncGroupHandler(scene.groups()), request, version);
    }

    private ErrorCode heartbeat(JoinGroupResponse joined, int version) {
        HeartbeatRequest request =
                new HeartbeatRequest("g", joined.generationId(), joined.memberId(), null);
        return ErrorCode.of(
                ask(new HeartbeatHandler(scene.groups()), request, version).errorCode());
    }

    private LeaveGroupResponse leave(String memberId, int version) {
        LeaveGroupRequest request =
                version < 3
                        ? new LeaveGroupRequest("g", memberId, List.of())
                        : new LeaveGroupRequest(
                                "g", "", List.of(new MemberIdentity(memberId, null, null)));
        return ask(new LeaveGroupHandler(scene.groups()), request, version);
    }

    private DescribeGroupsResponse describe(int version, String group) {
        DescribeGroupsRequest request = new DescribeGroupsRequest(List.of(group), false);
        return ask(new DescribeGroupsHandler(scene.groups()), request, version);
    }

    private <Q extends Request, R extends Response> R ask(
            Handler<Q, R> handler, Q request, int version) {
        Reply<R> reply = handler.handle(request, new FakeRequestContext(version));
        scene.run();
        R response = reply instanceof Reply.Now<R>(R now) ? now : kept(later(reply));
        return said(response, version);
    }

    /// A response that can be written in its version.
    private static <R extends Response> R said(R response, int version) {
        response.write(Writer.heap(64), version);
        return response;
    }

    private void pass(int ms) {
        for (int passed = 0; passed < ms; passed += 500) {
            scene.broker().clock().advanceMs(500);
            scene.run();
        }
    }

    private static ByteBuffer bytes(int value) {
        return ByteBuffer.wrap(new byte[] {(byte) value});
    }
}
