package io.octavo.broker.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A broker's settings, each with its value. Immutable: a change at run time makes another one
/// ([LiveConfig]).
///
/// A value comes from the first of: altered for this broker at run time, altered for all brokers,
/// given at the start ([ConfigInputs]), the default.
public final class BrokerConfig {
    /// Of a heap of 512 MiB, 32 MiB: room for 1.26 million keys.
    private static final int CLEANER_HEAP_PART = 16;

    /// The same where the operator says what it may take: more would end the process, at this start
    /// and the next.
    private static final int CLEANER_HEAP_PART_MAX = 4;

    private final SortedMap<String, String> given;
    private final SortedMap<String, String> dynamicDefaults;
    private final SortedMap<String, String> dynamic;
    private final TopicConfig topicDefaults;
    private final Addresses addresses;

    BrokerConfig(
            Addresses addresses,
            Map<String, String> given,
            Map<String, String> dynamicDefaults,
            Map<String, String> dynamic) {
        this.addresses = addresses;
        this.given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
        this.dynamicDefaults = Collections.unmodifiableSortedMap(new TreeMap<>(dynamicDefaults));
        this.dynamic = Collections.unmodifiableSortedMap(new TreeMap<>(dynamic));
        topicDefaults = TopicConfig.defaults(resolveTopicDefaults());
    }

    /// The settings that the inputs make.
    ///
    /// @throws InvalidConfig if anything in them is unknown, malformed or contradictory; it names
    ///   all of that
    public static BrokerConfig load(ConfigInputs inputs) throws InvalidConfig {
        return new ConfigLoader(inputs).load();
    }

    /// These settings with other ones altered at run time.
    ///
    /// @param dynamicDefaults for all brokers; already checked, as `dynamic`
    /// @param dynamic for this broker
    public BrokerConfig withDynamic(
            Map<String, String> dynamicDefaults, Map<String, String> dynamic) {
        return new BrokerConfig(addresses, given, dynamicDefaults, dynamic);
    }

    /// The value of any broker setting, in its canonical spelling; null where it has none.
    public @Nullable String value(String name) {
        return switch (name) {
            case BrokerSettings.NODE_ID, BrokerSettings.BROKER_ID -> Integer.toString(brokerId());
            case TopicSettings.DURABILITY -> durability();
            default -> own(name);
        };
    }

    /// The value that a setting has by its own name.
    private @Nullable String own(String name) {
        String value = chosen(name);
        if (value == null) {
            ConfigDefinition definition = BrokerSettings.find(name);
            value = definition == null ? null : definition.fallback();
        }
        return value;
    }

    /// What Kafka's setting says, where nothing else does.
    private @Nullable String durability() {
        String flush = isDurabilityOfFlush() ? flushDurability() : null;
        return flush == null ? own(TopicSettings.DURABILITY) : flush;
    }

    /// Whether `durability` is what `log.flush.interval.messages` makes it.
    boolean isDurabilityOfFlush() {
        return chosen(TopicSettings.DURABILITY) == null && flushDurability() != null;
    }

    private @Nullable String flushDurability() {
        return TopicSettings.durability(chosen(BrokerSettings.FLUSH_MESSAGES));
    }

    /// The value that was given or altered; null where the default holds.
    private @Nullable String chosen(String name) {
        String value = dynamic.get(name);
        if (value == null) {
            value = dynamicDefaults.get(name);
        }
        return value == null ? given.get(name) : value;
    }

    /// What was given at the start.
    public SortedMap<String, String> given() {
        return given;
    }

    /// What was altered at run time for all brokers.
    public SortedMap<String, String> dynamicDefaults() {
        return dynamicDefaults;
    }

    /// What was altered at run time for this broker.
    public SortedMap<String, String> dynamic() {
        return dynamic;
    }

    /// The settings of a topic for which nothing was given.
    public TopicConfig topicDefaults() {
        return topicDefaults;
    }

    /// For each name that was given and does nothing here, a line that says so.
    public List<String> notices() {
        List<String> notices = new ArrayList<>();
        for (Map.Entry<String, String> entry : given.entrySet()) {
            ConfigDefinition definition = BrokerSettings.find(entry.getKey());
            if (definition != null && !definition.effective()) {
                notices.add(entry.getKey() + " is set and has no effect in this version");
            }
        }
        return notices;
    }

    /// The number of this broker.
    public int brokerId() {
        String old = given.get(BrokerSettings.BROKER_ID);
        int older = old == null ? -1 : Integer.parseInt(old);
        if (older >= 0 && !given.containsKey(BrokerSettings.NODE_ID)) {
            return older;
        }
        String id = own(BrokerSettings.NODE_ID);
        if (id == null) {
            throw new IllegalStateException("no node.id");
        }
        return Integer.parseInt(id);
    }

    /// Where this broker stands.
    public @Nullable String rack() {
        return value(BrokerSettings.RACK);
    }

    /// The data directories, at least one; the first holds the coordination journal too.
    public List<Path> dataDirectories() {
        String all = value(BrokerSettings.LOG_DIRS);
        String names = all == null ? text(BrokerSettings.LOG_DIR) : all;
        return ConfigType.list(names).stream()
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .toList();
    }

    /// Whether no new partition is to be made in a data directory.
    ///
    /// @param directory absolute
    public boolean isCordoned(Path directory) {
        return ConfigType.list(text(BrokerSettings.CORDONED_LOG_DIRS)).stream()
                .anyMatch(name ->
                        name.equals("*")
                                || Path.of(name).toAbsolutePath().normalize().equals(directory));
    }

    /// What it says differs after each start of the machine.
    public Path bootIdFile() {
        return Path.of(text(BrokerSettings.BOOT_ID_FILE));
    }

    /// How many segment files stay open in all; -1 leaves it to the broker.
    public int openSegmentsMax() {
        return integer(BrokerSettings.OPEN_SEGMENTS_MAX);
    }

    /// The addresses to listen on, at least one.
    public List<ListenerAddress> listeners() {
        return addresses.listeners();
    }

    /// The addresses that clients are told; empty when each is told the one it reached the broker
    /// by.
    public List<ListenerAddress> advertisedListeners() {
        return addresses.advertised();
    }

    /// Where metrics are served; null where they are not.
    public @Nullable ListenerAddress metricsListener() {
        return addresses.metrics().isEmpty() ? null : addresses.metrics().getFirst();
    }

    /// How many event loops serve connections.
    public int networkThreads() {
        return integer(BrokerSettings.NETWORK_THREADS);
    }

    /// A larger request closes its connection.
    public int requestBytesMax() {
        return integer(BrokerSettings.REQUEST_BYTES_MAX);
    }

    /// The memory for all requests being received or handled; by default the larger of 64 MiB and
    /// one maximal request.
    public long requestMemoryBytes() {
        long set = number(BrokerSettings.REQUEST_MEMORY_BYTES);
        return Math.max(set > 0 ? set : REQUEST_MEMORY_DEFAULT, requestBytesMax());
    }

    private static final long REQUEST_MEMORY_DEFAULT = 64L * 1024 * 1024;

    /// The socket's send buffer; -1 leaves it to the system.
    public int sendBufferBytes() {
        return integer(BrokerSettings.SEND_BUFFER_BYTES);
    }

    /// The socket's receive buffer; -1 leaves it to the system.
    public int receiveBufferBytes() {
        return integer(BrokerSettings.RECEIVE_BUFFER_BYTES);
    }

    /// How many connections may wait to be accepted.
    public int listenBacklog() {
        return integer(BrokerSettings.LISTEN_BACKLOG);
    }

    /// How many connections may be open.
    public int connectionsMax() {
        return integer(BrokerSettings.CONNECTIONS_MAX);
    }

    /// How many connections may be open from one address.
    public int connectionsPerIpMax() {
        return integer(BrokerSettings.CONNECTIONS_PER_IP_MAX);
    }

    /// A connection silent for this long is closed; negative: never.
    public long connectionIdleMsMax() {
        return number(BrokerSettings.IDLE_MS);
    }

    /// The partitions of a topic whose creator does not say.
    public int partitionsDefault() {
        return integer(BrokerSettings.PARTITIONS);
    }

    /// The replicas of a topic whose creator does not say.
    public int replicationFactorDefault() {
        return integer(BrokerSettings.REPLICATION_FACTOR);
    }

    /// Whether asking for a topic may create it.
    public boolean autoCreateTopics() {
        return flag(BrokerSettings.AUTO_CREATE);
    }

    /// Whether topics may be deleted.
    public boolean deleteTopics() {
        return flag(BrokerSettings.DELETE_ENABLE);
    }

    /// The most bytes in one answer to a fetch.
    public int fetchBytesMax() {
        return integer(BrokerSettings.FETCH_BYTES_MAX);
    }

    /// How many incremental fetch sessions are remembered.
    public int fetchSessionsMax() {
        return integer(BrokerSettings.FETCH_SESSIONS_MAX);
    }

    /// The most partitions in one page of an answer.
    public int requestPartitionsMax() {
        return integer(BrokerSettings.REQUEST_PARTITIONS_MAX);
    }

    /// How long a partition remembers a silent producer.
    public int producerExpirationMs() {
        return integer(BrokerSettings.PRODUCER_EXPIRATION_MS);
    }

    /// Whether compacted topics are compacted.
    public boolean cleanerEnabled() {
        return flag(BrokerSettings.CLEANER_ENABLE);
    }

    /// How long compaction pauses when nothing is due.
    public long cleanerBackoffMs() {
        return number(BrokerSettings.CLEANER_BACKOFF_MS);
    }

    /// What the map of keys may take while compaction runs: as much as the operator says, but never
    /// what the heap has not got; else what leaves the heap for everything else.
    public long cleanerMapBytes() {
        String name = BrokerSettings.CLEANER_MAP_BYTES;
        boolean set =
                given.containsKey(name)
                        || dynamic.containsKey(name)
                        || dynamicDefaults.containsKey(name);
        int part = set ? CLEANER_HEAP_PART_MAX : CLEANER_HEAP_PART;
        return Math.min(number(name), Runtime.getRuntime().maxMemory() / part);
    }

    /// What compaction reads and writes in a second, on average.
    public double cleanerBytesPerSecond() {
        return Double.parseDouble(text(BrokerSettings.CLEANER_BYTES_PER_SECOND));
    }

    /// What all moves between data directories together copy in a second, on average.
    public long moveBytesPerSecond() {
        return number(BrokerSettings.MOVE_BYTES_PER_SECOND);
    }

    /// With fewer bytes free on a data directory's disk nothing is produced there; negative for the
    /// default.
    public long diskFreeBytesMin() {
        return number(BrokerSettings.FREE_BYTES_MIN);
    }

    /// How much of each data directory is read in a second to find what has rotted; 0 for none.
    public long scrubBytesPerSecond() {
        return number(BrokerSettings.SCRUB_BYTES_PER_SECOND);
    }

    /// How often all of it is read for that.
    public long scrubIntervalMs() {
        return number(BrokerSettings.SCRUB_INTERVAL_MS);
    }

    /// How often is looked for records that may be removed.
    public long retentionCheckMs() {
        return number(BrokerSettings.RETENTION_CHECK_MS);
    }

    /// Whether every record is decoded and checked before it is stored.
    public boolean validateRecords() {
        return flag(BrokerSettings.VALIDATE_RECORDS);
    }

    /// The lists of addresses, parsed.
    ///
    /// @param metrics at most one
    record Addresses(
            List<ListenerAddress> listeners,
            List<ListenerAddress> advertised,
            List<ListenerAddress> metrics) {
        Addresses {
            listeners = List.copyOf(listeners);
            advertised = List.copyOf(advertised);
            metrics = List.copyOf(metrics);
        }
    }

    private Map<String, String> resolveTopicDefaults() {
        Map<String, String> values = new TreeMap<>();
        for (ConfigDefinition topic : TopicSettings.all().values()) {
            String value = topic.fallback();
            for (String name : topic.synonyms()) {
                String set = value(name);
                if (set != null) {
                    value = TopicSettings.scaled(name, set);
                    break;
                }
            }
            if (value != null) {
                values.put(topic.name(), value);
            }
        }
        return values;
    }

    /// The value of a setting that has one, by its name; for rooms with settings of their own.
    public String text(String name) {
        String value = value(name);
        if (value == null) {
            throw new IllegalStateException("broker setting " + name + " has no value");
        }
        return value;
    }

    /// See [#text].
    public int integer(String name) {
        return Integer.parseInt(text(name));
    }

    /// See [#text].
    public long number(String name) {
        return Long.parseLong(text(name));
    }

    private boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }
}
