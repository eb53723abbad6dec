package io.octavo.broker.api;

import io.octavo.protocol.message.FetchRequest;
import io.octavo.protocol.message.ListOffsetsRequest;
import io.octavo.protocol.message.ProduceRequest;

/// What one request of the data path may name, so that what a parked request or a fetch session
/// keeps of it stays small. Far above what a client with the largest cluster asks for.
final class RequestCaps {
    private static final int TOPICS_MAX = 10_000;
    private static final int PARTITIONS_MAX = 100_000;

    /// The longest name a topic can have.
    private static final int TOPIC_NAME_CHARS_MAX = 249;

    private RequestCaps() {}

    static boolean exceededBy(FetchRequest request) {
        Count count = new Count();
        for (FetchRequest.FetchTopic topic : request.topics()) {
            count.add(topic.topic(), topic.partitions().size());
        }
        for (FetchRequest.ForgottenTopic topic : request.forgottenTopicsData()) {
            count.add(topic.topic(), topic.partitions().size());
        }
        return count.exceeded;
    }

    static boolean exceededBy(ProduceRequest request) {
        Count count = new Count();
        for (ProduceRequest.TopicProduceData topic : request.topicData()) {
            count.add(topic.name(), topic.partitionData().size());
        }
        return count.exceeded;
    }

    static boolean exceededBy(ListOffsetsRequest request) {
        Count count = new Count();
        for (ListOffsetsRequest.ListOffsetsTopic topic : request.topics()) {
            count.add(topic.name(), topic.partitions().size());
        }
        return count.exceeded;
    }

    private static final class Count {
        private int topics;
        private long partitions;
        private boolean exceeded;

        void add(String name, int topicPartitions) {
            topics++;
            partitions += topicPartitions;
            exceeded |=
                    topics > TOPICS_MAX
                            || partitions > PARTITIONS_MAX
                            || name.length() > TOPIC_NAME_CHARS_MAX;
        }
    }
}
