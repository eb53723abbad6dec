package io.octavo.system.group;

import io.octavo.system.Wire;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/// One of the two brokers, and what it calls otherwise than the other: members to which it gave
/// ids, and topics.
final class Side implements AutoCloseable {
    private static final int METADATA_VERSION = 12;
    private static final int HEARTBEAT_VERSION = 4;

    /// Ids that a broker makes up: those of members with a UUID in them or, of heartbeats without
    /// one, as the id itself; those of topics.
    private static final Pattern GIVEN =
            Pattern.compile(
                    "[\\w.-]*[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
                            + "|(?<=memberId=')[\\w-]{22}(?=')|(?<=topicId=)[\\w-]{22}");

    private static final Uuid NO_SUCH_TOPIC = new Uuid(7, 7);

    private final String address;
    private final Wire control;
    private final Map<String, Told> clients = new HashMap<>();
    private final Map<String, Uuid> topicIds = new HashMap<>();

    /// What ids are called that this broker made up.
    private final Map<String, String> names = new HashMap<>();

    private int members;

    Side(String address) {
        this.address = address;
        control = new Wire(address);
        names.put(Uuid.ZERO_UUID.toString(), "no topic");
        names.put(NO_SUCH_TOPIC.toString(), "unknown topic");
    }

    Wire connect() {
        return new Wire(address);
    }

    /// A connection of nobody in particular.
    Wire control() {
        return control;
    }

    Told told(String client) {
        return clients.computeIfAbsent(client, name -> new Told(this, ""));
    }

    Uuid topicId(String topic) {
        return topicIds.getOrDefault(topic, NO_SUCH_TOPIC);
    }

    /// Learns the ids of topics.
    void learn(List<String> topics) {
        MetadataRequestData request = new MetadataRequestData();
        topics.forEach(name -> request.topics().add(new MetadataRequestTopic().setName(name)));
        ((MetadataResponseData) control.ask(request, METADATA_VERSION))
                .topics()
                .forEach(topic -> {
                    topicIds.put(topic.name(), topic.topicId());
                    names.put(topic.topicId().toString(), "topic " + topic.name());
                });
    }

    /// Returns when the broker has all that was sent to it before, over whatever connection: it
    /// reads and handles requests one at a time.
    void barrier() {
        control.ask(
                new HeartbeatRequestData().setGroupId("barrier").setMemberId("nobody"),
                HEARTBEAT_VERSION);
    }

    /// What it answered, without what it rightly says in its own way.
    String words(ApiMessage answer) {
        return GroupWords.of(answer, this::named);
    }

    /// What it gives a member.
    String given(Told member) {
        return new TreeSet<>(
                        member.assigned().stream().map(topic -> named(topic.toString())).toList())
                .toString();
    }

    /// A text with names in the places of ids that this broker made up, which are numbered as they
    /// come.
    private String named(String text) {
        return GIVEN.matcher(text)
                .replaceAll(id -> names.computeIfAbsent(id.group(), _ -> "member" + ++members));
    }

    /// Begins with new clients.
    void forget() {
        clients.values().forEach(told -> told.wire().close());
        clients.clear();
    }

    @Override
    public void close() {
        forget();
        control.close();
    }
}
