package io.octavo.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.replica.Append;
import io.octavo.broker.replica.Batches;
import io.octavo.broker.replica.Partition;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.OctavoDescribeGroupsRequest;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedGroup;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedPartition;
import io.octavo.protocol.message.OctavoDescribeGroupsResponse.DescribedRebalance;
import io.octavo.protocol.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupReportTest extends WithOffsetScene {
    @Test
    void lagIsInRecordsAndBytesAndTime() {
        append("t", 0, Batches.at(scene.nowMs(), "a", "b", "c"));
        scene.advanceMs(1_000);
        ByteBuffer second = Batches.at(scene.nowMs(), "d", "e");
        int secondBytes = second.remaining();
        append("t", 0, second);
        scene.advanceMs(1_500);
        scene.commit("g", "t", 0, 3);

        DescribedPartition row = partition("g");

        assertThat(row.committedOffset()).isEqualTo(3);
        assertThat(row.committedLeaderEpoch()).isEqualTo(5);
        assertThat(row.metadata()).isEqualTo("note");
        assertThat(row.commitTimeMs()).isEqualTo(scene.nowMs());
        assertThat(row.logStartOffset()).isZero();
        assertThat(row.highWatermark()).isEqualTo(5);
        assertThat(row.lastStableOffset()).isEqualTo(5);
        assertThat(row.logEndOffset()).isEqualTo(5);
        assertThat(row.lag()).isEqualTo(2);
        assertThat(row.stableLag()).isEqualTo(2);
        assertThat(row.lagBytes()).isEqualTo(secondBytes);
        assertThat(row.lagMs()).isEqualTo(1_500);
    }

    @Test
    void whoHasConsumedEverythingIsNotBehind() {
        append("t", 0, Batches.at(scene.nowMs(), "a"));
        scene.commit("g", "t", 0, 1);
        scene.advanceMs(60_000);

        DescribedPartition row = partition("g");

        assertThat(row.lag()).isZero();
        assertThat(row.lagBytes()).isZero();
        assertThat(row.lagMs()).isZero();
    }

    @Test
    void recordsThatAreGoneAreNoLag() {
        append("t", 0, Batches.at(scene.nowMs(), "a"));
        append("t", 0, Batches.at(scene.nowMs(), "b"));
        scene.commit("g", "t", 0, 0);
        scene.broker().log("t", 0).advanceStart(1);

        DescribedPartition row = partition("g");

        assertThat(row.logStartOffset()).isEqualTo(1);
        assertThat(row.lag()).isEqualTo(1);
    }

    @Test
    void recordsWithoutTimestampsHaveNoAge() {
        append("t", 0, Batches.of("a"));
        scene.commit("g", "t", 0, 0);

        assertThat(partition("g").lag()).isEqualTo(1);
        assertThat(partition("g").lagMs()).isEqualTo(-1);
    }

    @Test
    void ofAPartitionThatIsLedElsewhereNothingIsKnown() {
        scene.commit("g", "t", 0, 0);
        scene.broker().elect("t", 0, false);

        DescribedPartition row = partition("g");

        assertThat(row.committedOffset()).isZero();
        assertThat(row.highWatermark()).isEqualTo(-1);
        assertThat(row.lag()).isEqualTo(-1);
        assertThat(row.lagBytes()).isEqualTo(-1);
        assertThat(row.lagMs()).isEqualTo(-1);
    }

    @Test
    void anOffsetInATopicThatWasReplacedIsNoLag() {
        scene.commit("g", "t", 0, 1);
        scene.broker().delete("t");
        scene.broker().create("t", 3);

        assertThat(partition("g").committedOffset()).isEqualTo(1);
        assertThat(partition("g").lag()).isEqualTo(-1);
        assertThat(partition("g").highWatermark()).isZero();
    }

    @Test
    void aPartitionIsSaidToBeItsMembers() {
        FakeGroup group = scene.members("g", "t", "u");
        group.assigned.add(
                new MemberPartitions(
                        "m", "client", "/10.0.0.1", Map.of("t", List.of(0, 1), "u", List.of(2))));
        scene.commit("g", "t", 0, 0);
        scene.commit("g", "t", 2, 0);

        DescribedGroup described = describe("g");

        assertThat(described.topics()).extracting(topic -> topic.name()).containsExactly("t", "u");
        assertThat(described.topics().getFirst().topicId())
                .isEqualTo(scene.broker().known("t").id());
        assertThat(described.topics().getFirst().partitions())
                .extracting(
                        row -> row.partitionIndex() + " " + row.committedOffset() + row.memberId())
                .containsExactly("0 0m", "1 -1m", "2 0");
        assertThat(described.topics().getLast().partitions().getFirst().clientHost())
                .isEqualTo("/10.0.0.1");
    }

    @Test
    void stateAndRebalancesAreTold() {
        FakeGroup group = scene.members("g", "t");
        group.history().note(History.Cause.JOINED, "m", null);
        group.history().rebalanced(77, 3);

        DescribedGroup described = describe("g");

        assertThat(described.state()).isEqualTo("Stable");
        assertThat(described.type()).isEqualTo("classic");
        assertThat(described.protocolType()).isEqualTo("consumer");
        assertThat(described.rebalances())
                .containsExactly(new DescribedRebalance(77, 3, "m joined"));
        assertThat(
                        report(new OctavoDescribeGroupsRequest(List.of("g"), true, false))
                                .groups()
                                .getFirst()
                                .rebalances())
                .isEmpty();
    }

    @Test
    void allGroupsCanBeAskedFor() {
        scene.commit("g", "t", 0, 0);
        scene.commit("h", "t", 0, 0);

        OctavoDescribeGroupsResponse all = report(request((List<String>) null));

        assertThat(all.errorCode()).isEqualTo(ErrorCode.NONE.code());
        assertThat(all.groups())
                .extracting(group -> group.groupId())
                .containsExactlyInAnyOrder("g", "h");
    }

    @Test
    void aGroupThatDoesNotExistIsAnError() {
        scene.commit("g", "t", 0, 0);

        OctavoDescribeGroupsResponse response = report(request(List.of("nobody", "g", "nobody")));

        assertThat(response.groups())
                .extracting(group -> group.groupId() + " " + ErrorCode.of(group.errorCode()))
                .containsExactly("nobody GROUP_ID_NOT_FOUND", "g NONE");
    }

    @Test
    void whereThereWasNoGroupYetNoneExists() {
        scene.broker().delete(Groups.TOPIC);

        assertThat(describe("nobody").errorCode()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.code());
    }

    private void append(String topic, int index, ByteBuffer batch) {
        Partition partition = scene.broker().partition(topic, index);
        partition.append(Append.of(partition, new RecordBatch(batch), false, _ -> {}));
    }

    private static OctavoDescribeGroupsRequest request(@Nullable List<String> groups) {
        return new OctavoDescribeGroupsRequest(groups, true, true);
    }

    private DescribedGroup describe(String group) {
        return report(request(List.of(group))).groups().getFirst();
    }

    /// Of a group that has committed in one partition.
    private DescribedPartition partition(String group) {
        return describe(group).topics().getFirst().partitions().getFirst();
    }

    private OctavoDescribeGroupsResponse report(OctavoDescribeGroupsRequest request) {
        GroupReport report = scene.ask(answer -> scene.groups().report(request, answer));
        return report.answer(scene.broker().partitions(), scene.nowMs());
    }
}
