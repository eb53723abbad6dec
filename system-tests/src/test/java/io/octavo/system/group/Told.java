package io.octavo.system.group;

import io.octavo.system.Wire;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// What one broker has told a client that may be a member of a group: requests are made of it.
final class Told {
    private final Side side;
    private final Wire wire;
    private String memberId;
    private int generation = -1;
    private String protocol = "";
    private List<TopicPartitions> assigned = List.of();

    /// @param memberId the id that it has before it is given one
    Told(Side side, String memberId) {
        this.side = side;
        this.memberId = memberId;
        wire = side.connect();
    }

    Wire wire() {
        return wire;
    }

    /// Its member's id.
    String id() {
        return memberId;
    }

    /// The member's id of another client of this broker.
    String id(String client) {
        return side.told(client).memberId;
    }

    /// The generation or the epoch that it is in.
    int generation() {
        return generation;
    }

    /// The protocol that was chosen.
    String protocol() {
        return protocol;
    }

    /// What it should have (KIP-848).
    List<TopicPartitions> assigned() {
        return assigned;
    }

    /// This broker's id of a topic.
    Uuid topicId(String topic) {
        return side.topicId(topic);
    }

    /// Begins anew, under an id of its own choice or none.
    void forget(String id) {
        memberId = id;
        generation = -1;
        assigned = List.of();
    }

    void learn(ApiMessage answer) {
        switch (answer) {
            case JoinGroupResponseData joined -> {
                Errors error = Errors.forCode(joined.errorCode());
                if (error == Errors.NONE || error == Errors.MEMBER_ID_REQUIRED) {
                    memberId = joined.memberId();
                    generation = joined.generationId();
                    protocol = joined.protocolName() == null ? "" : joined.protocolName();
                }
            }
            case ConsumerGroupHeartbeatResponseData heard -> {
                if (heard.errorCode() == 0) {
                    memberId = heard.memberId() == null ? memberId : heard.memberId();
                    generation = heard.memberEpoch();
                    if (heard.assignment() != null) {
                        assigned =
                                heard.assignment().topicPartitions().stream()
                                        .map(topic ->
                                                new TopicPartitions()
                                                        .setTopicId(topic.topicId())
                                                        .setPartitions(topic.partitions()))
                                        .toList();
                    }
                }
            }
            default -> {}
        }
    }
}
