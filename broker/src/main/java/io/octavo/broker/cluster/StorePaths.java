package io.octavo.broker.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.octavo.protocol.wire.Uuid;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where everything is in the [Coordination] store. Each value is a message of the schema named
/// here, behind two bytes with its version ([StoreValues]).
///
/// ```
/// /octavo/cluster                    ClusterNode        made once
/// /octavo/brokers/ids/<id>           BrokerNode         ephemeral; its creation id is the broker's incarnation
/// /octavo/brokers/reg/<id>           RegistrationNode   stays; its version rises with every start
/// /octavo/names/<topic>              TopicNameNode      the topic that has the name: made with the topic, gone at once
///                                                       when it is deleted
/// /octavo/topics/<topic id>          TopicNode          settings, number of partitions, and its state:
///                                                       CREATING ─> LIVE ─> DELETING ─> gone
/// /octavo/topics/<topic id>/p        (empty)
/// /octavo/topics/<topic id>/p/<n>    PartitionNode      S_p: replicas, leader, in-sync set; version = partition epoch
/// /octavo/pids                       ProducerIdsNode    the first producer id that nobody has reserved
/// /octavo/config/brokers/<id>        ConfigNode         settings altered at run time; `default` is for all brokers
/// /octavo/config/groups/<group>      ConfigNode         what a group has for itself; its id as in a URL, dots too
/// ```
final class StorePaths {
    static final String ROOT = "/octavo";
    static final String CLUSTER = ROOT + "/cluster";
    static final String BROKERS = ROOT + "/brokers";
    static final String BROKER_IDS = BROKERS + "/ids";
    static final String REGISTRATIONS = BROKERS + "/reg";
    static final String NAMES = ROOT + "/names";
    static final String TOPICS = ROOT + "/topics";
    static final String PRODUCER_IDS = ROOT + "/pids";
    static final String CONFIG = ROOT + "/config";
    static final String BROKER_CONFIGS = CONFIG + "/brokers";
    static final String DEFAULT_CONFIG = BROKER_CONFIGS + "/default";
    static final String GROUP_CONFIGS = CONFIG + "/groups";

    /// Every node that only holds others, parents first.
    static final List<String> FOLDERS =
            List.of(
                    ROOT,
                    BROKERS,
                    BROKER_IDS,
                    REGISTRATIONS,
                    NAMES,
                    TOPICS,
                    CONFIG,
                    BROKER_CONFIGS,
                    GROUP_CONFIGS);

    private static final int NO_PARTITION = -1;

    private StorePaths() {}

    static String broker(int id) {
        return BROKER_IDS + "/" + id;
    }

    static String registration(int id) {
        return REGISTRATIONS + "/" + id;
    }

    static String name(String topic) {
        return NAMES + "/" + topic;
    }

    static String topic(Uuid id) {
        return TOPICS + "/" + id;
    }

    static String partitions(Uuid id) {
        return topic(id) + "/p";
    }

    static String partition(Uuid id, int index) {
        return partitions(id) + "/" + index;
    }

    static String brokerConfig(int id) {
        return BROKER_CONFIGS + "/" + id;
    }

    /// A group may be called anything, `.` and `a/b` too.
    static String groupConfig(String groupId) {
        return GROUP_CONFIGS + "/" + URLEncoder.encode(groupId, UTF_8).replace(".", "%2E");
    }

    /// The group whose settings are in the node at `path`; null when none's are.
    static @Nullable String groupOf(String path) {
        return path.startsWith(GROUP_CONFIGS + "/")
                ? groupNamed(path.substring(GROUP_CONFIGS.length() + 1))
                : null;
    }

    /// The group whose settings are in the node of that name.
    static String groupNamed(String node) {
        return URLDecoder.decode(node, UTF_8);
    }

    /// The topic that the node at `path` belongs to; null when it is no topic's.
    static @Nullable Uuid topicOf(String path) {
        if (!path.startsWith(TOPICS + "/")) {
            return null;
        }
        int from = TOPICS.length() + 1;
        int to = path.indexOf('/', from);
        return Uuid.parse(path.substring(from, to < 0 ? path.length() : to));
    }

    /// The number of the partition whose node is at `path`, which is a topic's; -1 when it is no
    /// partition's.
    static int partitionOf(String path) {
        int folder = path.indexOf('/', TOPICS.length() + 1);
        int from = path.lastIndexOf('/') + 1;
        return folder < 0 || from == folder + 1
                ? NO_PARTITION
                : Integer.parseInt(path, from, path.length(), 10);
    }
}
