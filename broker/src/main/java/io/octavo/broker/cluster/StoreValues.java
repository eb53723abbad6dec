package io.octavo.broker.cluster;

import io.octavo.broker.config.ListenerAddress;
import io.octavo.protocol.message.BrokerNode;
import io.octavo.protocol.message.ConfigNode;
import io.octavo.protocol.message.PartitionNode;
import io.octavo.protocol.message.PartitionNode.Replica;
import io.octavo.protocol.message.TopicNode;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.MessageReader;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The values of the store's nodes as messages, and the messages as what the cluster thinks in.
final class StoreValues {
    /// A node that only holds others.
    static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private static final short VERSION = 0;
    private static final int USUAL_BYTES = 256;

    private StoreValues() {}

    /// The message behind its version.
    static ByteBuffer encode(Message message) {
        Writer out = Writer.heap(USUAL_BYTES);
        out.int16(VERSION);
        message.write(out, VERSION);
        ByteBuffer bytes = out.bytes();
        return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }

    /// The message in a node.
    ///
    /// @throws io.octavo.protocol.wire.MalformedFrame when the value is none that was ever written
    static <T> T decode(StoreNode node, MessageReader<T> reader) {
        Reader in = Reader.ofOwn(node.value());
        short version = in.int16();
        return reader.read(in, version);
    }

    static Broker broker(int id, StoreNode node) {
        BrokerNode value = decode(node, BrokerNode::read);
        List<ListenerAddress> endpoints = new ArrayList<>();
        for (BrokerNode.Endpoint endpoint : value.endpoints()) {
            endpoints.add(
                    new ListenerAddress(endpoint.listener(), endpoint.host(), endpoint.port()));
        }
        return new Broker(id, node.creationId(), value.directoryIds(), endpoints, value.rack());
    }

    static BrokerNode broker(Registration registration) {
        List<BrokerNode.Endpoint> endpoints = new ArrayList<>();
        for (ListenerAddress address : registration.endpoints()) {
            endpoints.add(new BrokerNode.Endpoint(address.name(), address.host(), address.port()));
        }
        return new BrokerNode(
                registration.runId(),
                registration.directoryIds(),
                endpoints,
                registration.rack(),
                registration.bootId());
    }

    static PartitionState partition(int index, StoreNode node, SharedLists lists) {
        PartitionNode value = decode(node, PartitionNode::read);
        List<Member> last = lists.members(members(value.lastLeader()));
        return new PartitionState(
                index,
                value.leader(),
                value.leaderEpoch(),
                last.isEmpty() ? null : last.getFirst(),
                lists.replicas(value.replicas()),
                lists.members(members(value.isr())),
                lists.members(members(value.elr())),
                value.uncleanElections(),
                node.version());
    }

    static ByteBuffer partition(PartitionState state, long nonce) {
        Member last = state.lastLeader();
        return encode(
                new PartitionNode(
                        state.leader(),
                        state.leaderEpoch(),
                        last == null ? List.of() : replicas(List.of(last)),
                        state.replicas(),
                        replicas(state.isr()),
                        replicas(state.elr()),
                        state.uncleanElections(),
                        nonce));
    }

    static Map<String, String> configs(TopicNode node) {
        Map<String, String> configs = new TreeMap<>();
        node.configs().forEach(setting -> configs.put(setting.name(), setting.value()));
        return configs;
    }

    static List<TopicNode.Setting> topicSettings(Map<String, String> configs) {
        List<TopicNode.Setting> settings = new ArrayList<>();
        new TreeMap<>(configs)
                .forEach((name, value) -> settings.add(new TopicNode.Setting(name, value)));
        return settings;
    }

    static Map<String, String> configs(StoreNode node) {
        Map<String, String> configs = new TreeMap<>();
        decode(node, ConfigNode::read)
                .configs()
                .forEach(setting -> configs.put(setting.name(), setting.value()));
        return configs;
    }

    static ByteBuffer configs(Map<String, String> configs, long nonce) {
        List<ConfigNode.Setting> settings = new ArrayList<>();
        new TreeMap<>(configs)
                .forEach((name, value) -> settings.add(new ConfigNode.Setting(name, value)));
        return encode(new ConfigNode(settings, nonce));
    }

    private static List<Member> members(List<Replica> replicas) {
        List<Member> members = new ArrayList<>(replicas.size());
        for (Replica replica : replicas) {
            members.add(
                    new Member(replica.brokerId(), replica.directoryId(), replica.incarnation()));
        }
        return members;
    }

    private static List<Replica> replicas(List<Member> members) {
        List<Replica> replicas = new ArrayList<>(members.size());
        for (Member member : members) {
            replicas.add(
                    new Replica(member.brokerId(), member.directoryId(), member.incarnation()));
        }
        return replicas;
    }
}
