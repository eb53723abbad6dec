package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.broker.cluster.TopicNames;
import io.octavo.protocol.message.CreatePartitionsRequest;
import io.octavo.protocol.message.CreateTopicsRequest;
import io.octavo.protocol.message.DeleteTopicsRequest;
import io.octavo.protocol.message.DescribeConfigsRequest;
import io.octavo.protocol.message.DescribeGroupsRequest;
import io.octavo.protocol.message.FindCoordinatorRequest;
import io.octavo.protocol.message.JoinGroupRequest;
import io.octavo.protocol.message.LeaveGroupRequest;
import io.octavo.protocol.message.MetadataRequest;
import io.octavo.protocol.message.OctavoDescribeGroupsRequest;
import io.octavo.protocol.message.OffsetCommitRequest;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import io.octavo.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import io.octavo.protocol.message.ProduceRequest;
import io.octavo.protocol.wire.MalformedFrame;
import io.octavo.protocol.wire.Request;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RequestCapsTest {
    @ParameterizedTest
    @MethodSource
    void asMuchAsTheLargestClientNamesIsHandledAndNoMore(Capped capped) {
        assertThatCode(() -> RequestCaps.check(capped.naming().apply(capped.most())))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> RequestCaps.check(capped.naming().apply(capped.most() + 1)))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining(String.valueOf(capped.most()));
    }

    @Test
    void aProduceNamesNoTopicThatCannotBe() {
        assertThatCode(() -> RequestCaps.check(produce(1, TopicNames.CHARS_MAX)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> RequestCaps.check(produce(1, TopicNames.CHARS_MAX + 1)))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("characters");
    }

    private static Request produce(int partitions, int nameChars) {
        ProduceRequest.TopicProduceData topic =
                ProduceRequest.TopicProduceData.defaults()
                        .withName("t".repeat(nameChars))
                        .withPartitionData(
                                Collections.nCopies(
                                        partitions,
                                        ProduceRequest.PartitionProduceData.defaults()));
        return ProduceRequest.defaults().withTopicData(List.of(topic));
    }

    static List<Named<Capped>> asMuchAsTheLargestClientNamesIsHandledAndNoMore() {
        return List.of(
                names("Metadata", n -> metadata(n)),
                Named.of("Produce", new Capped(RequestCaps.PRODUCED_MAX, n -> produce(n, 1))),
                names("OffsetForLeaderEpoch", n -> epochs(n)),
                names("OffsetCommit", n -> commit(n)),
                names("CreateTopics", n -> createTopics(n)),
                names("CreatePartitions", n -> createPartitions(n)),
                names("DeleteTopics", n -> deleteTopics(n)),
                resources("DescribeConfigs", n -> describeConfigs(n)),
                names("FindCoordinator", n -> findCoordinator(n)),
                names("DescribeGroups", n -> describeGroups(n)),
                names("LeaveGroup", n -> leaveGroup(n)),
                Named.of("JoinGroup", new Capped(RequestCaps.PROTOCOLS_MAX, n -> joinGroup(n))),
                names("OctavoDescribeGroups", n -> octavoDescribeGroups(n)));
    }

    private static Named<Capped> names(String api, Function<Integer, Request> naming) {
        return Named.of(api, new Capped(RequestCaps.NAMES_MAX, naming));
    }

    private static Named<Capped> resources(String api, Function<Integer, Request> naming) {
        return Named.of(api, new Capped(RequestCaps.RESOURCES_MAX, naming));
    }

    private static Request metadata(int n) {
        return MetadataRequest.defaults()
                .withTopics(
                        Collections.nCopies(n, MetadataRequest.MetadataRequestTopic.defaults()));
    }

    private static Request epochs(int n) {
        return OffsetForLeaderEpochRequest.defaults()
                .withTopics(
                        List.of(
                                new OffsetForLeaderTopic(
                                        "t",
                                        Collections.nCopies(
                                                n, OffsetForLeaderPartition.defaults()))));
    }

    private static Request commit(int n) {
        return OffsetCommitRequest.defaults()
                .withTopics(
                        Collections.nCopies(
                                n, OffsetCommitRequest.OffsetCommitRequestTopic.defaults()));
    }

    private static Request createTopics(int n) {
        return CreateTopicsRequest.defaults()
                .withTopics(Collections.nCopies(n, CreateTopicsRequest.CreatableTopic.defaults()));
    }

    private static Request createPartitions(int n) {
        return CreatePartitionsRequest.defaults()
                .withTopics(
                        Collections.nCopies(
                                n, CreatePartitionsRequest.CreatePartitionsTopic.defaults()));
    }

    private static Request deleteTopics(int n) {
        return DeleteTopicsRequest.defaults()
                .withTopics(Collections.nCopies(1, DeleteTopicsRequest.DeleteTopicState.defaults()))
                .withTopicNames(Collections.nCopies(n - 1, "t"));
    }

    private static Request describeConfigs(int n) {
        return DescribeConfigsRequest.defaults()
                .withResources(
                        Collections.nCopies(
                                n, DescribeConfigsRequest.DescribeConfigsResource.defaults()));
    }

    private static Request findCoordinator(int n) {
        return FindCoordinatorRequest.defaults().withCoordinatorKeys(Collections.nCopies(n, "g"));
    }

    private static Request describeGroups(int n) {
        return DescribeGroupsRequest.defaults().withGroups(Collections.nCopies(n, "g"));
    }

    private static Request joinGroup(int n) {
        return JoinGroupRequest.defaults()
                .withProtocols(
                        Collections.nCopies(
                                n, JoinGroupRequest.JoinGroupRequestProtocol.defaults()));
    }

    private static Request leaveGroup(int n) {
        return LeaveGroupRequest.defaults()
                .withMembers(Collections.nCopies(n, LeaveGroupRequest.MemberIdentity.defaults()));
    }

    private static Request octavoDescribeGroups(int n) {
        return OctavoDescribeGroupsRequest.defaults().withGroupIds(Collections.nCopies(n, "g"));
    }

    /// @param naming a request that names so much
    record Capped(int most, Function<Integer, Request> naming) {}
}
