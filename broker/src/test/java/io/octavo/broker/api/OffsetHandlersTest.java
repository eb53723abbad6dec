package io.octavo.broker.api;

import static io.octavo.broker.api.Replies.kept;
import static io.octavo.broker.api.Replies.later;
import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.group.Groups;
import io.octavo.broker.group.WithOffsetScene;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DeleteGroupsRequest;
import io.octavo.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import io.octavo.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import io.octavo.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import io.octavo.protocol.message.OffsetDeleteRequest;
import io.octavo.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import io.octavo.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import io.octavo.protocol.message.OffsetFetchRequest;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import io.octavo.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import io.octavo.protocol.message.OffsetFetchResponse;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartition;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopic;
import io.octavo.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import io.octavo.protocol.wire.Response;
import io.octavo.protocol.wire.Uuid;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffsetHandlersTest extends WithOffsetScene {
    private static final short NONE = ErrorCode.NONE.code();

    @Test
    void whatIsCommittedCanBeFetchedInEveryVersion() {
        commit("g", 1, 42);

        for (int version = 1; version < 8; version++) {
            assertThat(fetch(single("g", 1), version))
                    .isEqualTo(
                            OffsetFetchResponse.defaults()
                                    .withTopics(
                                            List.of(
                                                    new OffsetFetchResponseTopic(
                                                            "t",
                                                            List.of(
                                                                    new OffsetFetchResponsePartition(
                                                                            1, 42, 3, "",
                                                                            NONE))))));
        }
        for (int version = 8; version < 11; version++) {
            OffsetFetchResponse response = fetch(all("g", "nobody"), version);
            assertThat(response.groups()).hasSize(2);
            assertThat(response.groups().getFirst().topics().getFirst().partitions())
                    .extracting(partition -> partition.committedOffset())
                    .containsExactly(42L);
            assertThat(response.groups().getLast())
                    .isEqualTo(new OffsetFetchResponseGroup("nobody", List.of(), NONE));
        }
    }

    @Test
    void allOffsetsOfTheOnlyGroupCanBeAskedFor() {
        commit("g", 1, 42);
        commit("g", 2, 43);

        OffsetFetchResponse response = fetch(single("g").withTopics(null), 7);

        assertThat(response.topics().getFirst().partitions())
                .extracting(partition -> partition.committedOffset())
                .containsExactly(42L, 43L);
    }

    @Test
    void anErrorOfTheGroupIsToldWhereTheVersionHasPlaceForIt() {
        scene.broker().elect(Groups.TOPIC, 0, false);
        short error = ErrorCode.NOT_COORDINATOR.code();

        assertThat(fetch(single("g", 1), 1).topics().getFirst().partitions())
                .containsExactly(new OffsetFetchResponsePartition(1, -1, -1, "", error));
        assertThat(fetch(single("g", 1), 2).errorCode()).isEqualTo(error);
        assertThat(fetch(single("g", 1), 2).topics()).isEmpty();
        assertThat(fetch(all("g"), 8).groups().getFirst().errorCode()).isEqualTo(error);
    }

    @Test
    void aSmallRequestGetsNoHugeAnswer() {
        Reply<OffsetFetchResponse> reply =
                new OffsetFetchHandler(scene.groups())
                        .handle(all("g", "g"), new FakeRequestContext(9));

        assertThat(reply).isInstanceOf(Reply.Close.class);
    }

    @Test
    void aPartitionThatIsNamedTwiceIsAnsweredOnce() {
        commit("g", 1, 42);
        OffsetFetchRequestTopics topic =
                new OffsetFetchRequestTopics("t", Uuid.ZERO, List.of(1, 1, 0));
        OffsetFetchRequestGroup named =
                OffsetFetchRequestGroup.defaults()
                        .withGroupId("g")
                        .withTopics(List.of(topic, topic));

        OffsetFetchResponse response =
                fetch(OffsetFetchRequest.defaults().withGroups(List.of(named, named)), 9);
        OffsetFetchResponse old = fetch(single("g", 1, 1), 7);

        assertThat(response.groups())
                .flatExtracting(OffsetFetchResponseGroup::topics)
                .flatExtracting(OffsetFetchResponseTopics::partitions)
                .extracting(OffsetFetchResponsePartitions::partitionIndex)
                .containsExactly(1, 0);
        assertThat(old.topics().getFirst().partitions()).hasSize(1);
    }

    @Test
    void offsetsAndGroupsAreDeleted() {
        commit("g", 0, 1);
        commit("g", 1, 1);
        OffsetDeleteRequest offsets =
                new OffsetDeleteRequest(
                        "g",
                        List.of(
                                new OffsetDeleteRequestTopic(
                                        "t", List.of(new OffsetDeleteRequestPartition(0)))));
        DeleteGroupsRequest groups = new DeleteGroupsRequest(List.of("g", "nobody", "g"));

        assertThat(
                        answer(
                                        new OffsetDeleteHandler(scene.groups())
                                                .handle(offsets, new FakeRequestContext(0)))
                                .errorCode())
                .isEqualTo(NONE);
        assertThat(
                        answer(
                                        new DeleteGroupsHandler(scene.groups())
                                                .handle(groups, new FakeRequestContext(2)))
                                .results())
                .containsExactly(
                        new DeletableGroupResult("g", NONE),
                        new DeletableGroupResult("nobody", ErrorCode.GROUP_ID_NOT_FOUND.code()));
    }

    private void commit(String group, int partition, long offset) {
        assertThat(
                        answer(
                                        new OffsetCommitHandler(scene.groups())
                                                .handle(
                                                        commitRequest(
                                                                group,
                                                                new OffsetCommitRequestPartition(
                                                                        partition, offset, 3, "")),
                                                        new FakeRequestContext(9)))
                                .topics()
                                .getFirst()
                                .partitions())
                .containsExactly(new OffsetCommitResponsePartition(partition, NONE));
    }

    private static OffsetCommitRequest commitRequest(
            String group, OffsetCommitRequestPartition... partitions) {
        return OffsetCommitRequest.defaults()
                .withGroupId(group)
                .withTopics(
                        List.of(new OffsetCommitRequestTopic("t", Uuid.ZERO, List.of(partitions))));
    }

    private OffsetFetchResponse fetch(OffsetFetchRequest request, int version) {
        return answer(
                new OffsetFetchHandler(scene.groups())
                        .handle(request, new FakeRequestContext(version)));
    }

    private static OffsetFetchRequest single(String group, Integer... partitions) {
        return OffsetFetchRequest.defaults()
                .withGroupId(group)
                .withTopics(List.of(new OffsetFetchRequestTopic("t", List.of(partitions))));
    }

    private static OffsetFetchRequest all(String... groups) {
        return OffsetFetchRequest.defaults()
                .withGroups(
                        List.of(groups).stream()
                                .map(group ->
                                        OffsetFetchRequestGroup.defaults()
                                                .withGroupId(group)
                                                .withTopics(null))
                                .toList());
    }

    private <R extends Response> R answer(Reply<R> reply) {
        scene.run();
        return reply instanceof Reply.Now<R>(R response) ? response : kept(later(reply));
    }
}
