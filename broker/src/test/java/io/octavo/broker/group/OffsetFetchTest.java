package io.octavo.broker.group;

import static io.octavo.broker.group.OffsetScene.BY_NAME;
import static io.octavo.broker.group.OffsetScene.NEWEST;
import static io.octavo.broker.group.OffsetScene.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import io.octavo.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffsetFetchTest extends WithOffsetScene {
    private static final OffsetFetchResponsePartitions NONE =
            new OffsetFetchResponsePartitions(0, -1, -1, "", ErrorCode.NONE.code());

    @Test
    void whatWasNeverCommittedIsNoError() {
        scene.commit("g", "t", 1, 42);

        assertThat(scene.fetch("g", "t", 0)).isEqualTo(NONE);
        assertThat(scene.fetch("g", "none", 0)).isEqualTo(NONE);
        assertThat(scene.fetch("nobody", "t", 0)).isEqualTo(NONE);
    }

    @Test
    void allThatAGroupHasCommittedCanBeAskedFor() {
        scene.commit("g", "t", 2, 3);
        scene.commit("g", "t", 0, 1);
        scene.commit("g", "u", 1, 2);
        scene.commit("h", "t", 1, 9);

        OffsetFetchResponseGroup all = scene.fetch(all("g"), BY_NAME);

        assertThat(all.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(offsets(all)).containsExactlyInAnyOrder("t-0: 1", "t-2: 3", "u-1: 2");
        assertThat(scene.fetch(all("nobody"), BY_NAME).topics()).isEmpty();
    }

    @Test
    void topicsHaveIdsInTheNewestVersion() {
        scene.commit("g", "t", 0, 1);
        Uuid id = scene.broker().known("t").id();

        OffsetFetchResponseTopics found =
                scene.fetch(wanted("g", "", id, 0), NEWEST).topics().getFirst();
        OffsetFetchResponseTopics unknown =
                scene.fetch(wanted("g", "", new Uuid(9, 9), 0), NEWEST).topics().getFirst();

        assertThat(found.topicId()).isEqualTo(id);
        assertThat(found.partitions().getFirst().committedOffset()).isEqualTo(1);
        assertThat(unknown.partitions())
                .containsExactly(NONE.withErrorCode(ErrorCode.UNKNOWN_TOPIC_ID.code()));
        assertThat(scene.fetch(all("g"), NEWEST).topics().getFirst().topicId()).isEqualTo(id);
    }

    @Test
    void anOffsetInATopicOfTheSameNameIsNotGivenForThisOne() {
        scene.commit("g", "t", 0, 1);
        scene.broker().delete("t");
        scene.broker().create("t", 3);
        Uuid id = scene.broker().known("t").id();

        assertThat(scene.fetch(wanted("g", "", id, 0), NEWEST).topics().getFirst().partitions())
                .containsExactly(NONE);
        assertThat(scene.fetch("g", "t", 0)).isEqualTo(NONE);
        assertThat(scene.fetch(all("g"), NEWEST).topics()).isEmpty();
        assertThat(scene.fetch(all("g"), BY_NAME).topics()).isEmpty();
    }

    @Test
    void whatCannotBeToldByItsIdIsLeftOut() {
        scene.commit("g", "t", 0, 1);
        scene.commit("g", "u", 0, 1);
        scene.broker().delete("t");

        assertThat(offsets(scene.fetch(all("g"), NEWEST))).containsExactly("u-0: 1");
        assertThat(offsets(scene.fetch(all("g"), BY_NAME))).hasSize(2);
    }

    @Test
    void theGroupSaysWhoMayFetch() {
        scene.members("g", "t").fetches = ErrorCode.STALE_MEMBER_EPOCH;

        OffsetFetchResponseGroup answer =
                scene.fetch(wanted("g", "t", Uuid.ZERO, 0).withMemberId("m"), BY_NAME);

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH.code());
        assertThat(answer.topics()).isEmpty();
    }

    @Test
    void aFetchComesAfterTheCommitsThatWereSentBefore() {
        scene.broker().forced(Groups.TOPIC);
        List<Long> seen = new ArrayList<>();
        scene.groups()
                .commitOffsets(
                        OffsetScene.request("g", "t", 0, 7),
                        OffsetScene.client(BY_NAME),
                        _ -> seen.add(-2L));
        scene.groups()
                .fetchOffsets(
                        wanted("g", "t", Uuid.ZERO, 0),
                        BY_NAME,
                        answer ->
                                seen.add(
                                        answer.topics()
                                                .getFirst()
                                                .partitions()
                                                .getFirst()
                                                .committedOffset()));
        scene.run();
        assertThat(seen).isEmpty();

        scene.broker().force();
        scene.run();

        assertThat(seen).containsExactly(-2L, 7L);
    }

    @Test
    void whoAsksWithoutACoordinatorIsSentToLookForOne() {
        scene.broker().elect(Groups.TOPIC, 0, false);

        assertThat(scene.fetch(all("g"), BY_NAME).errorCode())
                .isEqualTo(ErrorCode.NOT_COORDINATOR.code());
    }

    private static OffsetFetchRequestGroup all(String group) {
        return OffsetFetchRequestGroup.defaults().withGroupId(group).withTopics(null);
    }

    private static List<String> offsets(OffsetFetchResponseGroup answer) {
        List<String> all = new ArrayList<>();
        for (OffsetFetchResponseTopics topic : answer.topics()) {
            for (OffsetFetchResponsePartitions partition : topic.partitions()) {
                all.add(
                        topic.name()
                                + "-"
                                + partition.partitionIndex()
                                + ": "
                                + partition.committedOffset());
            }
        }
        return all;
    }
}
