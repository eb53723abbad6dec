package io.octavo.broker.config;

import static io.octavo.broker.config.ConfigCheck.atLeast;
import static io.octavo.broker.config.ConfigCheck.notEmpty;
import static io.octavo.broker.config.ConfigCheck.orEmpty;
import static io.octavo.broker.config.ConfigCheck.orExactly;
import static io.octavo.broker.config.ConfigCheck.paths;
import static io.octavo.broker.config.ConfigScope.CLUSTER_WIDE;
import static io.octavo.broker.config.ConfigScope.PER_BROKER;
import static io.octavo.broker.config.ConfigScope.READ_ONLY;
import static io.octavo.broker.config.ConfigType.BOOLEAN;
import static io.octavo.broker.config.ConfigType.DOUBLE;
import static io.octavo.broker.config.ConfigType.INT;
import static io.octavo.broker.config.ConfigType.LIST;
import static io.octavo.broker.config.ConfigType.LONG;
import static io.octavo.broker.config.ConfigType.STRING;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every setting a broker has: those that mean something here, and the rest of Apache Kafka's
/// names.
final class BrokerSettings {
    static final String NODE_ID = "node.id";
    static final String BROKER_ID = "broker.id";
    static final String RACK = "broker.rack";
    static final String LISTENERS = "listeners";
    static final String ADVERTISED_LISTENERS = "advertised.listeners";
    static final String METRICS_LISTENER = "octavo.metrics.listener";
    static final String SECURITY_PROTOCOLS = "listener.security.protocol.map";
    static final String CONTROLLER_LISTENERS = "controller.listener.names";
    static final String LOG_DIR = "log.dir";
    static final String LOG_DIRS = "log.dirs";
    static final String BOOT_ID_FILE = "boot.id.file";
    static final String NETWORK_THREADS = "num.network.threads";
    static final String REQUEST_BYTES_MAX = "socket.request.max.bytes";
    static final String REQUEST_MEMORY_BYTES = "queued.max.request.bytes";
    static final String SEND_BUFFER_BYTES = "socket.send.buffer.bytes";
    static final String RECEIVE_BUFFER_BYTES = "socket.receive.buffer.bytes";
    static final String LISTEN_BACKLOG = "socket.listen.backlog.size";
    static final String CONNECTIONS_MAX = "max.connections";
    static final String CONNECTIONS_PER_IP_MAX = "max.connections.per.ip";
    static final String IDLE_MS = "connections.max.idle.ms";
    static final String PARTITIONS = "num.partitions";
    static final String REPLICATION_FACTOR = "default.replication.factor";
    static final String AUTO_CREATE = "auto.create.topics.enable";
    static final String DELETE_ENABLE = "delete.topic.enable";
    static final String FETCH_BYTES_MAX = "fetch.max.bytes";
    static final String FETCH_SESSIONS_MAX = "max.incremental.fetch.session.cache.slots";
    static final String REQUEST_PARTITIONS_MAX = "max.request.partition.size.limit";
    static final String PRODUCER_EXPIRATION_MS = "producer.id.expiration.ms";
    static final String CLEANER_ENABLE = "log.cleaner.enable";
    static final String CLEANER_BACKOFF_MS = "log.cleaner.backoff.ms";
    static final String CLEANER_MAP_BYTES = "log.cleaner.dedupe.buffer.size";
    static final String CLEANER_BYTES_PER_SECOND = "log.cleaner.io.max.bytes.per.second";
    static final String RETENTION_CHECK_MS = "log.retention.check.interval.ms";
    static final String VALIDATE_RECORDS = "octavo.validate.records";
    static final String FREE_BYTES_MIN = "octavo.disk.free.bytes.min";
    static final String SCRUB_BYTES_PER_SECOND = "octavo.scrub.bytes.per.second";
    static final String SCRUB_INTERVAL_MS = "octavo.scrub.interval.ms";
    static final String CORDONED_LOG_DIRS = "cordoned.log.dirs";
    static final String MOVE_BYTES_PER_SECOND = "replica.alter.log.dirs.io.max.bytes.per.second";
    static final String FLUSH_MESSAGES = "log.flush.interval.messages";
    static final String OPEN_SEGMENTS_MAX = "octavo.open.segments.max";

    /// The node number of a broker that was given none: that of Apache Kafka's own example
    /// configuration.
    private static final String NODE_ID_DEFAULT = "1";

    /// Enough for any honest use, and less than the descriptors a process is usually allowed.
    private static final String CONNECTIONS_DEFAULT = "20000";

    /// With less, passes would be too many.
    private static final long CLEANER_MAP_BYTES_LEAST = 64 << 10;

    private static final SortedMap<String, ConfigDefinition> EFFECTIVE = new TreeMap<>();

    static {
        List<ConfigDefinition> all = new ArrayList<>();
        identity(all);
        listeners(all);
        directories(all);
        storage(all);
        network(all);
        topics(all);
        compaction(all);
        all.addAll(GroupSettings.all());
        topicDefaults(all);
        for (ConfigDefinition definition : all) {
            EFFECTIVE.put(definition.name(), definition);
        }
    }

    private BrokerSettings() {}

    /// The definition of `name`, whether it means something here or not; null when it is no name of
    /// a setting.
    static @Nullable ConfigDefinition find(String name) {
        ConfigDefinition definition = EFFECTIVE.get(name);
        return definition != null ? definition : IdleSettings.find(name);
    }

    /// Those that are understood here, by name.
    static SortedMap<String, ConfigDefinition> understood() {
        return Collections.unmodifiableSortedMap(EFFECTIVE);
    }

    /// All of them, by name.
    static SortedMap<String, ConfigDefinition> all() {
        SortedMap<String, ConfigDefinition> all = new TreeMap<>(IdleSettings.all());
        all.putAll(EFFECTIVE);
        return all;
    }

    private static void identity(List<ConfigDefinition> all) {
        all.add(
                of(
                                NODE_ID,
                                INT,
                                NODE_ID_DEFAULT,
                                "The number of this broker, unique in its cluster.")
                        .checked(atLeast(0))
                        .takenFrom(NODE_ID, BROKER_ID));
        all.add(
                of(
                                BROKER_ID,
                                INT,
                                "-1",
                                "An older name of node.id, which wins if both are set. -1 is as good"
                                        + " as none.")
                        .checked(orExactly(-1, atLeast(0))));
        all.add(
                of(
                        RACK,
                        STRING,
                        null,
                        "Where this broker stands; clients prefer a copy in their own rack."));
        all.add(
                of(
                                OPEN_SEGMENTS_MAX,
                                INT,
                                "-1",
                                "How many segment files stay open, in all data directories; others are opened when"
                                        + " they are used. -1 is a quarter of the process's file descriptors, at most"
                                        + " 4000.")
                        .checked(atLeast(-1)));
    }

    private static void listeners(List<ConfigDefinition> all) {
        all.add(
                of(
                                LISTENERS,
                                LIST,
                                "PLAINTEXT://localhost:9092",
                                "The addresses to listen on, each as name://host:port. An empty host means every"
                                        + " address of the machine, port 0 any free port.")
                        .checked(notEmpty()));
        all.add(
                of(
                        ADVERTISED_LISTENERS,
                        LIST,
                        null,
                        "The addresses that clients are told. Without it each client is told the address it"
                                + " reached the broker by; set it where clients come through address translation."));
        all.add(
                of(
                        METRICS_LISTENER,
                        LIST,
                        null,
                        "Where metrics are served to Prometheus, as http://host:port; nowhere when it is not"
                                + " set."));
        all.add(
                of(
                        SECURITY_PROTOCOLS,
                        STRING,
                        "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
                        "The security protocol of each listener name. This version serves PLAINTEXT only."));
        all.add(
                of(
                        CONTROLLER_LISTENERS,
                        LIST,
                        null,
                        "Listeners of Apache Kafka's controller. Octavo has none and does not open them."));
    }

    private static void directories(List<ConfigDefinition> all) {
        all.add(of(LOG_DIR, LIST, "./octavo-data", "The data directory.").checked(paths()));
        all.add(
                of(
                                LOG_DIRS,
                                LIST,
                                null,
                                "The data directories; wins over log.dir. The first one also holds what the"
                                        + " broker knows of its topics.")
                        .checked(paths())
                        .takenFrom(LOG_DIRS, LOG_DIR));
        all.add(
                of(
                                CORDONED_LOG_DIRS,
                                LIST,
                                "",
                                "Data directories in which no new partition is made, * for all (KIP-1066): to move"
                                        + " what is there to others, and take the disk out.")
                        .checked(orEmpty(paths()))
                        .scope(PER_BROKER));
        all.add(
                of(
                                MOVE_BYTES_PER_SECOND,
                                LONG,
                                Long.toString(Long.MAX_VALUE),
                                "How many bytes in a second are copied when partitions move from one data"
                                        + " directory to another, on average and of all of them together. A"
                                        + " partition that is written to faster than that does not arrive.")
                        .checked(atLeast(0))
                        .scope(CLUSTER_WIDE));
    }

    private static void storage(List<ConfigDefinition> all) {
        all.add(
                of(
                        FREE_BYTES_MIN,
                        LONG,
                        "-1",
                        "With fewer bytes free on a data directory's disk, producing there is refused with a"
                                + " retriable error; -1 is the smaller of a twentieth of the disk and 2 GiB."));
        all.add(
                of(
                                SCRUB_BYTES_PER_SECOND,
                                LONG,
                                "5242880",
                                "How many bytes of each data directory are read in a second to find what the disk"
                                        + " let rot; 0 for none.")
                        .checked(atLeast(0))
                        .scope(CLUSTER_WIDE));
        all.add(
                of(
                                SCRUB_INTERVAL_MS,
                                LONG,
                                "604800000",
                                "How often all of a data directory is read to find what the disk let rot.")
                        .checked(atLeast(1))
                        .scope(CLUSTER_WIDE));
        all.add(
                of(
                                BOOT_ID_FILE,
                                STRING,
                                "/proc/sys/kernel/random/boot_id",
                                "A file that says something else after each start of the machine. Where there is"
                                        + " none, every start of the broker is taken for one of the machine.")
                        .checked(notEmpty()));
    }

    private static void network(List<ConfigDefinition> all) {
        all.add(
                of(
                                NETWORK_THREADS,
                                INT,
                                "3",
                                "How many event loops receive, handle and answer requests; of more than half of"
                                        + " the machine's processors only so many.")
                        .checked(atLeast(1)));
        all.add(
                of(REQUEST_BYTES_MAX, INT, "104857600", "A larger request closes its connection.")
                        .checked(atLeast(1)));
        all.add(
                of(
                        REQUEST_MEMORY_BYTES,
                        LONG,
                        "-1",
                        "The memory for all requests being received or handled; -1 is the larger of 64 MiB and"
                                + " one request of the largest size."));
        all.add(buffer(SEND_BUFFER_BYTES, "The socket's send buffer; -1 leaves it to the system."));
        all.add(
                buffer(
                        RECEIVE_BUFFER_BYTES,
                        "The socket's receive buffer; -1 leaves it to the system."));
        all.add(
                of(LISTEN_BACKLOG, INT, "50", "How many connections may wait to be accepted.")
                        .checked(atLeast(1)));
        all.add(
                of(
                                CONNECTIONS_MAX,
                                INT,
                                CONNECTIONS_DEFAULT,
                                "How many connections may be open; a further one is not accepted.")
                        .checked(atLeast(0)));
        all.add(
                of(
                                CONNECTIONS_PER_IP_MAX,
                                INT,
                                Integer.toString(Integer.MAX_VALUE),
                                "How many connections may be open from one address.")
                        .checked(atLeast(0)));
        all.add(of(IDLE_MS, LONG, "600000", "A connection silent for this long is closed."));
    }

    /// Apache Kafka's fixed default makes its own clients' large batches dearer, by a third to read
    /// and by half to write.
    private static ConfigDefinition buffer(String name, String documentation) {
        return of(name, INT, "-1", documentation).checked(atLeast(-1));
    }

    private static void topics(List<ConfigDefinition> all) {
        all.add(
                of(
                                PARTITIONS,
                                INT,
                                "1",
                                "How many partitions a topic gets when its creator does not say.")
                        .checked(atLeast(1)));
        all.add(
                of(
                                REPLICATION_FACTOR,
                                INT,
                                "1",
                                "How many brokers hold a topic's partitions when its creator does not say.")
                        .checked(atLeast(1)));
        all.add(
                of(
                        AUTO_CREATE,
                        BOOLEAN,
                        "true",
                        "Whether a client that asks for a topic may create it by that."));
        all.add(of(DELETE_ENABLE, BOOLEAN, "true", "Whether topics may be deleted."));
        all.add(
                of(FETCH_BYTES_MAX, INT, "57671680", "The most bytes in one answer to a fetch.")
                        .checked(atLeast(1024)));
        all.add(
                of(
                                FETCH_SESSIONS_MAX,
                                INT,
                                "1000",
                                "How many incremental fetch sessions are remembered.")
                        .checked(atLeast(0)));
        all.add(
                of(
                                REQUEST_PARTITIONS_MAX,
                                INT,
                                "2000",
                                "The most partitions in one answer to a request that is answered in pages.")
                        .checked(atLeast(1)));
        all.add(
                of(
                                PRODUCER_EXPIRATION_MS,
                                INT,
                                "86400000",
                                "How long a partition remembers a producer that has fallen silent.")
                        .checked(atLeast(1)));
        all.add(
                of(
                                RETENTION_CHECK_MS,
                                LONG,
                                "300000",
                                "How often is looked for records that may be removed by age or size.")
                        .checked(atLeast(1)));
        all.add(
                of(
                        VALIDATE_RECORDS,
                        BOOLEAN,
                        "false",
                        "Whether every record of every batch is decoded and checked before it is stored."));
    }

    private static void compaction(List<ConfigDefinition> all) {
        all.add(
                of(
                                CLEANER_ENABLE,
                                BOOLEAN,
                                "true",
                                "Whether topics whose cleanup.policy has compact are compacted.")
                        .scope(READ_ONLY));
        all.add(
                of(
                                CLEANER_BACKOFF_MS,
                                LONG,
                                "15000",
                                "How long compaction pauses when no partition is dirty enough.")
                        .checked(atLeast(0))
                        .scope(CLUSTER_WIDE));
        all.add(
                of(
                                CLEANER_MAP_BYTES,
                                LONG,
                                "134217728",
                                "What compaction may take of the heap for the keys it has seen, while it runs:"
                                        + " at most a quarter of the heap, or a sixteenth where it is not set."
                                        + " More keys take more passes.")
                        .checked(atLeast(CLEANER_MAP_BYTES_LEAST))
                        .scope(CLUSTER_WIDE));
        all.add(
                of(
                                CLEANER_BYTES_PER_SECOND,
                                DOUBLE,
                                Double.toString(Double.MAX_VALUE),
                                "How many bytes compaction reads and writes in a second, on average.")
                        .scope(CLUSTER_WIDE));
    }

    /// The defaults of topic settings. Each has the type, the check and the default of the setting
    /// it stands for, save the unit.
    private static void topicDefaults(List<ConfigDefinition> all) {
        for (ConfigDefinition topic : TopicSettings.all().values()) {
            List<String> names = topic.synonyms();
            for (int i = 0; i < names.size(); i++) {
                ConfigDefinition one = topicDefault(topic, names, i);
                all.add(topic.effective() ? one : one.idle());
            }
        }
    }

    private static ConfigDefinition topicDefault(
            ConfigDefinition topic, List<String> names, int rank) {
        String name = names.get(rank);
        boolean last = rank == names.size() - 1;
        boolean scaled = TopicSettings.factor(name) > 1;
        boolean atRuntime = rank == 0 && !name.equals(TopicSettings.DURABILITY);
        String documentation =
                "The default of the topic setting "
                        + topic.name()
                        + (last ? "." : "; wins over " + names.get(rank + 1) + ".");
        ConfigDefinition one = of(name, scaled ? INT : topic.type(), null, documentation);
        if (last) {
            String value = topic.fallback();
            String scaledValue =
                    value == null || !scaled
                            ? value
                            : Long.toString(Long.parseLong(value) / TopicSettings.factor(name));
            one = of(name, one.type(), scaledValue, documentation);
        }
        return one.checked(topic.check())
                .takenFrom(names.subList(rank, names.size()).toArray(String[]::new))
                .scope(atRuntime ? CLUSTER_WIDE : READ_ONLY);
    }

    private static ConfigDefinition of(
            String name, ConfigType type, @Nullable String fallback, String documentation) {
        return ConfigDefinition.of(name, type, fallback, documentation);
    }
}
