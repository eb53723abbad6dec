package io.octavo.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.broker.cluster.TestCluster;
import io.octavo.protocol.api.ErrorCode;
import io.octavo.protocol.message.DescribeTopicPartitionsRequest;
import io.octavo.protocol.message.DescribeTopicPartitionsRequest.Cursor;
import io.octavo.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import io.octavo.protocol.message.DescribeTopicPartitionsResponse;
import io.octavo.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DescribeTopicPartitionsHandlerTest {
    private TestCluster cluster = new TestCluster();

    /// Of which partition the data directory has failed.
    private int offline = -1;

    @Test
    void pagesFollowOneAnotherUntilEverythingWasSeenOnce() {
        cluster.topic("c", 3);
        cluster.topic("a", 4);
        cluster.topic("b", 1);

        List<String> seen = new ArrayList<>();
        Cursor cursor = null;
        int pages = 0;
        do {
            DescribeTopicPartitionsResponse page = ask(2, cursor);
            collect(page, seen);
            cursor =
                    page.nextCursor() == null
                            ? null
                            : new Cursor(
                                    page.nextCursor().topicName(),
                                    page.nextCursor().partitionIndex());
            pages++;
        } while (cursor != null);

        assertThat(seen).containsExactly("a0", "a1", "a2", "a3", "b0", "c0", "c1", "c2");
        assertThat(pages).isEqualTo(4);
    }

    @Test
    void aPageThatEndsWithATopicPointsToTheNextOne() {
        cluster.topic("a", 2);
        cluster.topic("b", 2);

        DescribeTopicPartitionsResponse page = ask(2, null);

        assertThat(page.nextCursor()).isEqualTo(new DescribeTopicPartitionsResponse.Cursor("b", 0));
        assertThat(ask(4, null).nextCursor()).isNull();
    }

    @Test
    void theBrokerLimitsAPageToo() {
        cluster = new TestCluster(Map.of("max.request.partition.size.limit", "3"));
        cluster.topic("a", 5);

        List<String> seen = new ArrayList<>();
        collect(ask(1_000, null), seen);

        assertThat(seen).hasSize(3);
    }

    @Test
    void topicsThatAreNamedAreAnsweredByNameWithTheirErrors() {
        cluster.topic("b", 1);

        DescribeTopicPartitionsResponse response = ask(10, null, "z", "b", "a/");

        assertThat(response.topics())
                .extracting(DescribeTopicPartitionsResponseTopic::name)
                .containsExactly("a/", "b", "z");
        assertThat(response.topics())
                .extracting(topic -> ErrorCode.of(topic.errorCode()))
                .containsExactly(
                        ErrorCode.INVALID_TOPIC_EXCEPTION,
                        ErrorCode.NONE,
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(response.topics().get(1).partitions().getFirst().leaderId()).isEqualTo(1);
    }

    @Test
    void aPartitionInADirectoryThatHasFailedHasNoLeader() {
        cluster.topic("a", 2);
        offline = 1;

        var partitions = ask(10, null, "a").topics().getFirst().partitions();

        assertThat(partitions.getFirst().leaderId()).isEqualTo(1);
        assertThat(partitions.getFirst().offlineReplicas()).isEmpty();
        assertThat(partitions.getLast().leaderId()).isEqualTo(-1);
        assertThat(partitions.getLast().offlineReplicas()).containsExactly(1);
    }

    @Test
    void aCursorOutsideOfWhatIsAskedForIsRefused() {
        cluster.topic("a", 1);

        assertThat(ask(10, new Cursor("b", 0), "a").topics().getFirst().errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(ask(10, new Cursor("a", -1), "a").topics().getFirst().errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
    }

    @Test
    void aCursorBehindTheLastPartitionGoesOnWithTheNextTopic() {
        cluster.topic("a", 1);
        cluster.topic("b", 1);

        List<String> seen = new ArrayList<>();
        collect(ask(10, new Cursor("a", 7)), seen);

        assertThat(seen).containsExactly("b0");
    }

    private static void collect(DescribeTopicPartitionsResponse page, List<String> seen) {
        for (DescribeTopicPartitionsResponseTopic topic : page.topics()) {
            topic.partitions()
                    .forEach(partition -> seen.add(topic.name() + partition.partitionIndex()));
        }
    }

    private DescribeTopicPartitionsResponse ask(
            int limit, @Nullable Cursor cursor, String... names) {
        List<TopicRequest> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(new TopicRequest(name));
        }
        DescribeTopicPartitionsHandler handler =
                new DescribeTopicPartitionsHandler(
                        cluster.cluster(), cluster.config(), (topic, index) -> index == offline);
        return Answers.answer(
                cluster,
                handler.handle(
                        new DescribeTopicPartitionsRequest(topics, limit, cursor),
                        new FakeRequestContext(0)));
    }
}
