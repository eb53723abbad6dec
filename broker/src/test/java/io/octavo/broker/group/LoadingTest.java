package io.octavo.broker.group;

import static io.octavo.broker.group.ClassicScene.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.HeartbeatRequest;
import io.octavo.protocol.message.HeartbeatResponse;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.SyncGroupRequest;
import io.octavo.protocol.message.SyncGroupResponse;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What members are told while their group is being loaded: nothing that a stock client takes for a
/// fault.
class LoadingTest extends WithOffsetScene {
    private static final Client CLIENT = new Client("c", "/127.0.0.1", 9);
    private static final String GROUP = "g";

    @BeforeEach
    void restart() throws IOException {
        scene.restartUnloaded();
    }

    @Test
    void whoJoinsTriesAgain() {
        Answer<JoinGroupResponse> answer = new Answer<>();
        scene.groups().join(JoinGroupRequest.defaults().withGroupId(GROUP), CLIENT, answer);
        scene.runLoop();

        assertThat(error(answer.response().errorCode()))
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    }

    @Test
    void whoSyncsJoinsAnew() {
        Answer<SyncGroupResponse> answer = new Answer<>();
        scene.groups().sync(SyncGroupRequest.defaults().withGroupId(GROUP), CLIENT, answer);
        scene.runLoop();

        assertThat(error(answer.response().errorCode())).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void whoLivesIsBelieved() {
        Answer<HeartbeatResponse> answer = new Answer<>();
        scene.groups().heartbeat(HeartbeatRequest.defaults().withGroupId(GROUP), CLIENT, answer);
        scene.runLoop();

        assertThat(error(answer.response().errorCode())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void onceItIsLoadedNobodyIsTakenForAMember() {
        scene.run();
        Answer<HeartbeatResponse> answer = new Answer<>();
        scene.groups().heartbeat(HeartbeatRequest.defaults().withGroupId(GROUP), CLIENT, answer);
        scene.run();

        assertThat(error(answer.response().errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }
}
