package io.octavo.broker.group;

import static io.octavo.broker.group.ClassicScene.GROUP;
import static io.octavo.broker.group.ClassicScene.SESSION_MS;
import static io.octavo.broker.group.ClassicScene.bytes;
import static io.octavo.broker.group.ClassicScene.consumer;
import static io.octavo.broker.group.ClassicScene.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.shard.ShardRecord;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.GroupMetadataKey;
import io.octavo.protocol.message.GroupMetadataValue;
import io.octavo.protocol.message.GroupMetadataValue.MemberMetadata;
import io.octavo.protocol.message.JoinGroupResponse;
import io.octavo.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassicLoadTest {
    private final ClassicScene scene = new ClassicScene();

    @Test
    void aStableGroupGoesOnAfterALoad() {
        List<JoinGroupResponse> joined = scene.stable(2);
        scene.shard.restart(true);

        assertThat(scene.group().is()).isEqualTo(ClassicState.STABLE);
        joined.forEach(one -> assertThat(scene.heartbeat(one)).isEqualTo(ErrorCode.NONE));
        assertThat(scene.sync(joined.get(1)).response().assignment()).isEqualTo(bytes("1"));
        assertThat(scene.group().members().leader()).isEqualTo(joined.get(0).memberId());
        assertThat(scene.group().subscribes("t")).isTrue();
    }

    @Test
    void everyMemberHasOneWholeSessionTimeoutAfterALoad() {
        List<JoinGroupResponse> joined = scene.stable(1);
        scene.shard.advanceMs(SESSION_MS - 1);
        scene.shard.restart(true);

        scene.shard.advanceMs(SESSION_MS - 1);
        assertThat(scene.group().is()).isEqualTo(ClassicState.STABLE);
        scene.shard.advanceMs(1);
        assertThat(scene.group().isEmpty()).isTrue();
        assertThat(scene.heartbeat(joined.getFirst())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void whoWaitsWhenTheServiceEndsIsSentElsewhere() {
        List<JoinGroupResponse> joined = scene.stable(2);
        Answer<JoinGroupResponse> join = scene.joinAnew(consumer());
        scene.shard.restart(true);

        assertThat(error(join.response().errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(scene.heartbeat(joined.getFirst())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void whoSyncsWhenTheServiceEndsIsSentElsewhereThoughItIsWritten() {
        Answer<JoinGroupResponse> leader = scene.joinAnew(consumer());
        Answer<JoinGroupResponse> follower = scene.joinAnew(consumer());
        scene.waitFor(leader);
        Answer<SyncGroupResponse> waits = scene.sync(follower.response());
        scene.shard.hold(true);
        Answer<SyncGroupResponse> assigns =
                scene.sync(leader.response(), follower.response().memberId(), "F");
        scene.shard.restart(true);

        assertThat(error(waits.response().errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(error(assigns.response().errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(scene.sync(follower.response()).response().assignment()).isEqualTo(bytes("F"));
    }

    @Test
    void theRecordIsKafkas() {
        JoinGroupResponse joined = scene.stable(1).getFirst();
        ShardRecord last = scene.shard.log().getLast();

        assertThat(last.key().getShort(0)).isEqualTo(GroupMetadataKey.RECORD_TYPE);
        assertThat(last.value()).isNotNull().returns((short) 3, value -> value.getShort(0));
        assertThat(scene.member(joined.memberId()).clientHost()).isEqualTo("/10.0.0.1");
    }

    @Test
    void aGroupThatIsDeletedIsNotThereAfterALoad() {
        scene.leave(scene.stable(1).getFirst());
        scene.shard.log().addAll(scene.group().tombstones());
        scene.shard.restart(true);

        assertThat(scene.shard.groups().group(GROUP)).isNull();
    }

    @Test
    void everyVersionOfKafkasRecordIsUnderstood() {
        GroupMetadataValue value =
                new GroupMetadataValue(
                        "consumer",
                        7,
                        "range",
                        "m",
                        -1,
                        List.of(
                                new MemberMetadata(
                                        "m",
                                        null,
                                        "c",
                                        "/h",
                                        -1,
                                        SESSION_MS,
                                        ClassicScene.subscription("t"),
                                        bytes("A"))));
        for (int version = 0; version <= 4; version++) {
            scene.shard
                    .log()
                    .add(
                            ShardRecord.of(
                                    GroupMetadataKey.RECORD_TYPE,
                                    new GroupMetadataKey(GROUP),
                                    version,
                                    value));
            scene.shard.restart(true);

            assertThat(scene.heartbeat("m", null, 7)).isEqualTo(ErrorCode.NONE);
            assertThat(scene.member("m").terms().rebalanceTimeoutMs()).isEqualTo(SESSION_MS);
        }
    }

    @Test
    void aRecordThatIsNotUnderstoodEndsTheLoad() {
        ShardRecord future =
                new ShardRecord(
                        ClassicRecords.tombstone(GROUP).key(),
                        ByteBuffer.allocate(99).putShort(0, (short) 5));
        scene.shard.log().add(future);

        assertThatThrownBy(scene.shard::loaded).hasMessageContaining("version 5");
    }

    @Test
    void anEmptyGroupOfUnknownAgeLetsItsOffsetsAgeByThemselves() {
        scene.shard.log().add(ClassicRecords.of(GROUP, ClassicRecords.empty("consumer", 3, -1)));
        scene.shard.restart(true);

        assertThat(scene.group().agesFrom()).isEqualTo(-1);
        assertThat(scene.group().generation()).isEqualTo(3);
    }
}
