package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// Our broker and an Apache Kafka side by side, asked the same.
public final class Pair implements AutoCloseable {
    /// What two brokers rightly say differently: ids, addresses, words for people, how long the
    /// client is to wait, their clocks.
    private static final Pattern OWN_WORDS =
            Pattern.compile(
                    "\\b(errorMessage|batchIndexErrorMessage|message|host|clusterId|documentation)"
                            + "=('.*?'|null)"
                            + "(?=, \\w+=|[)\\]])"
                            + "|\\b(topicId)=[\\w-]+"
                            + "|\\b(port|throttleTimeMs|\\w+AuthorizedOperations|producerId)=-?\\d+"
                            + "|\\b(logAppendTimeMs)=\\d+");

    /// A setting that only Octavo has, and one that KRaft itself sets when its cluster is made.
    private static final Pattern OWN_SETTING =
            Pattern.compile(
                    "CreatableTopicConfigs\\(name='(durability|min.insync.replicas)'[^)]*\\), ");

    /// How much of a long answer is shown, and how much of that is alike.
    private static final int SHOWN = 300;

    private static final int SHOWN_BEFORE = 100;

    private static final long TOPICS_WAIT_MS = 30_000;
    private static final short METADATA_VERSION = 9;

    private final BrokerProcess ours;
    private final ApacheKafka kafka;
    private final Wire ourWire;
    private final Wire kafkaWire;
    private final List<String> differences = new ArrayList<>();
    private int asked;

    Pair(Path directory) {
        this(directory, List.of(), List.of());
    }

    /// @param ourSettings `name=value`
    public Pair(Path directory, List<String> ourSettings, List<String> kafkaSettings) {
        List<String> settings = new ArrayList<>(ourSettings);
        settings.add("node.id=1");
        ours = BrokerProcess.start(directory.resolve("ours"), settings.toArray(String[]::new));
        kafka = ApacheKafka.start(directory.resolve("kafka"), kafkaSettings.toArray(String[]::new));
        ourWire = new Wire(ours.address());
        kafkaWire = new Wire(kafka.address());
    }

    public List<BrokerProcess> brokers() {
        return List.of(ours, kafka);
    }

    Wire ourWire() {
        return ourWire;
    }

    Wire kafkaWire() {
        return kafkaWire;
    }

    /// Waits until both serve these topics: Apache Kafka answers their creation before that.
    public void awaitTopics(List<String> names) {
        MetadataRequestData request = new MetadataRequestData().setAllowAutoTopicCreation(false);
        names.forEach(name -> request.topics().add(new MetadataRequestTopic().setName(name)));
        long deadline = Clock.system().millis() + TOPICS_WAIT_MS;
        for (Wire wire : List.of(ourWire, kafkaWire)) {
            while (!served((MetadataResponseData) wire.ask(request, METADATA_VERSION))) {
                assertThat(Clock.system().millis()).as("%s are served", names).isLessThan(deadline);
            }
        }
    }

    private static boolean served(MetadataResponseData answer) {
        return answer.topics().stream()
                .allMatch(topic ->
                        topic.errorCode() == 0
                                && topic.partitions().stream()
                                        .allMatch(partition -> partition.errorCode() == 0));
    }

    /// Asks both in every version that can say it, and remembers where the answers differ.
    void ask(String what, ApiMessage request) {
        ApiKeys api = ApiKeys.forId(request.apiKey());
        for (short version = api.oldestVersion(); version <= api.latestVersion(false); version++) {
            ask(what, request, version);
        }
    }

    /// Asks both in one version.
    void ask(String what, ApiMessage request, int version) {
        String our;
        String theirs;
        try {
            theirs = words(kafkaWire.ask(request, version));
            our = words(ourWire.ask(request, version));
        } catch (UnsupportedVersionException cannotSayIt) {
            return;
        }
        compare(what + ", " + ApiKeys.forId(request.apiKey()) + " v" + version, our, theirs);
    }

    /// Counts a request that both have answered, and remembers it if the answers differ.
    ///
    /// @return whether they are alike
    public boolean compare(String what, String our, String theirs) {
        asked++;
        if (our.equals(theirs)) {
            return true;
        }
        int at = Math.max(0, mismatch(our, theirs) - SHOWN_BEFORE);
        differences.add(what + "\n  ours:  " + shown(our, at) + "\n  Kafka: " + shown(theirs, at));
        return false;
    }

    /// What was answered differently since the last check.
    public String differences() {
        return differences.size() + " differences\n" + String.join("\n", differences);
    }

    /// Fails when any answer differed since the last check, and shows all that did.
    public void check(String about) {
        System.out.printf("%s: %d requests answered by both brokers%n", about, asked);
        assertThat(asked).isPositive();
        String found = differences();
        asked = 0;
        differences.clear();
        assertThat(found).isEqualTo("0 differences\n");
    }

    private static int mismatch(String one, String other) {
        return Arrays.mismatch(one.toCharArray(), other.toCharArray());
    }

    private static String shown(String answer, int from) {
        return answer.substring(from, Math.min(answer.length(), from + SHOWN));
    }

    private static String words(ApiMessage answer) {
        String said = OWN_SETTING.matcher(answer.toString()).replaceAll("");
        return OWN_WORDS.matcher(said).replaceAll("$1$3$4$5=..");
    }

    @Override
    public void close() {
        ourWire.close();
        kafkaWire.close();
        ours.close();
        kafka.close();
    }
}
