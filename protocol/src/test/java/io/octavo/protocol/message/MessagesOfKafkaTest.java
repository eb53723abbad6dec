package io.octavo.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.ports.Randomness;
import io.octavo.protocol.api.Api;
import io.octavo.protocol.message.GeneratedMessage.Component;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.UnsupportedVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every message in every version against Apache Kafka's own classes, which are the oracle.
class MessagesOfKafkaTest {
    private static final int APIS = 77;
    private static final int SEEDS = 30;

    private record Pair(GeneratedMessage ours, KafkaMessage kafkas) {}

    /// What writing came to: bytes, or else a refusal.
    private record Outcome(@Nullable ByteBuffer bytes, String refusal) {
        static Outcome of(byte[] bytes) {
            return new Outcome(ByteBuffer.wrap(bytes), "");
        }

        static Outcome refused(RuntimeException e) {
            return new Outcome(null, e.toString());
        }
    }

    private static final List<Pair> PAIRS = pairs();

    @Test
    void everyApiOfTheBrokerListenerIsGenerated() throws ReflectiveOperationException {
        int apis = 0;
        for (ApiMessageType type : ApiMessageType.values()) {
            if (!type.listeners().contains(ListenerType.BROKER)) {
                continue;
            }
            apis++;
            Class<?> request =
                    Class.forName(
                            FetchRequest.class.getPackageName() + "." + type.name + "Request");
            Api<?, ?> api = (Api<?, ?>) request.getField("API").get(null);
            assertThat(api.key()).as(type.name).isEqualTo(type.apiKey());
            assertThat(api.name()).isEqualTo(type.name);
            assertThat(api.versions().min()).as(type.name).isEqualTo(type.lowestSupportedVersion());
            assertThat(api.versions().max())
                    .as(type.name)
                    .isEqualTo(type.highestSupportedVersion(true));
            assertThat(api.latestUnstable()).as(type.name).isEqualTo(type.latestVersionUnstable());
            for (int v = api.versions().min(); v <= api.versions().max(); v++) {
                assertThat(api.requestHeaderVersion(v))
                        .as("%s %d", type.name, v)
                        .isEqualTo(type.requestHeaderVersion((short) v));
                assertThat(api.responseHeaderVersion(v))
                        .as("%s %d", type.name, v)
                        .isEqualTo(type.responseHeaderVersion((short) v));
            }
        }
        assertThat(apis).isEqualTo(APIS);
    }

    @Test
    void defaultsAreKafkas() throws ReflectiveOperationException {
        for (Pair pair : PAIRS) {
            assertDefaults(pair.ours, pair.kafkas.create());
        }
    }

    @Test
    void everyVersionIsReadAndWrittenAsKafkaDoes() {
        int versions = 0;
        long bytes = 0;
        for (Pair pair : PAIRS) {
            assertThat(pair.ours.versions()).as(pair.ours.name()).isEqualTo(pair.kafkas.versions());
            for (int v = pair.ours.versions().min(); v <= pair.ours.versions().max(); v++) {
                for (int seed = 0; seed < SEEDS; seed++) {
                    bytes += compare(pair, v, seed);
                }
                versions++;
            }
        }
        System.out.printf(
                "Compared with Apache Kafka: %d messages, %d versions, %d each, %d bytes%n",
                PAIRS.size(), versions, SEEDS, bytes);
    }

    /// @return the number of bytes that were compared
    private static int compare(Pair pair, int version, int seed) {
        String what = "%s version %d seed %d".formatted(pair.ours, version, seed);
        try {
            Message ours =
                    new RandomMessages(pair.kafkas, Randomness.seeded(seed), false)
                            .next(pair.ours, version);
            JsonNode json = RandomMessages.json(pair.kafkas, ours, version);
            byte[] expected = KafkaMessage.bytes(pair.kafkas.fromJson(json, version), version);

            byte[] written = GeneratedMessage.bytes(ours, version);
            assertThat(written).as(what).isEqualTo(expected);

            Reader reader =
                    new Reader(seed % 2 == 0 ? ByteBuffer.wrap(expected) : direct(expected));
            Object read = pair.ours.reader().read(reader, version);
            assertThat(read).as(what).isEqualTo(ours);
            assertThat(reader.remaining()).as(what).isZero();
            return expected.length;
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    @Test
    void whatAVersionCannotSayIsDroppedOrRefusedAsKafkaDoes() {
        int refused = 0;
        int written = 0;
        for (Pair pair : PAIRS) {
            int min = pair.ours.versions().min();
            int max = pair.ours.versions().max();
            for (int from = min; from <= max; from++) {
                for (int to = min; to <= max; to++) {
                    int seed = from * 100 + to;
                    Message ours =
                            new RandomMessages(pair.kafkas, Randomness.seeded(seed), true)
                                    .next(pair.ours, from);
                    var kafkas =
                            pair.kafkas.fromJson(
                                    RandomMessages.json(pair.kafkas, ours, from), from);
                    Outcome expected = kafkaWrites(kafkas, to);
                    Outcome actual = weWrite(ours, to);
                    assertThat(actual.bytes)
                            .as(
                                    "%s of version %d in version %d: Kafka %s, here %s",
                                    pair.ours, from, to, expected, actual)
                            .isEqualTo(expected.bytes);
                    refused += actual.bytes == null ? 1 : 0;
                    written += actual.bytes == null ? 0 : 1;
                }
            }
        }
        System.out.printf(
                "Written in other versions: %d messages, %d refused, as Kafka does%n",
                written, refused);
    }

    private static Outcome kafkaWrites(
            org.apache.kafka.common.protocol.Message message, int version) {
        try {
            return Outcome.of(KafkaMessage.bytes(message, version));
        } catch (UnsupportedVersionException | NullPointerException e) {
            return Outcome.refused(e); // the latter where a version has no null
        }
    }

    private static Outcome weWrite(Message message, int version) {
        try {
            return Outcome.of(GeneratedMessage.bytes(message, version));
        } catch (UnsupportedVersion e) {
            return Outcome.refused(e);
        }
    }

    private static void assertDefaults(GeneratedMessage ours, Object kafkas)
            throws ReflectiveOperationException {
        Object defaults = ours.defaults();
        for (Component component : ours.components()) {
            String what = ours + "." + component.name();
            Object expected = kafkas.getClass().getMethod(component.name()).invoke(kafkas);
            Object actual = component.of(defaults);
            switch (actual) {
                case null -> assertThat(expected).as(what).isNull();
                case List<?> list -> {
                    assertThat(list).as(what).isEmpty();
                    assertThat((Collection<?>) expected).as(what).isEmpty();
                }
                case ByteBuffer buffer -> {
                    assertThat(buffer.remaining()).as(what).isZero();
                    assertThat(expected).as(what).isIn(ByteBuffer.allocate(0), new byte[0]);
                }
                case Message inner -> {
                    assertThat(expected).as(what).isNotNull();
                    assertDefaults(GeneratedMessage.of(inner.getClass()), expected);
                }
                case ByteRecords records -> assertThat(records.sizeBytes()).as(what).isZero();
                default ->
                        assertThat(actual.toString()).as(what).isEqualTo(String.valueOf(expected));
            }
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (GeneratedMessage message : GeneratedMessage.all()) {
            Optional<KafkaMessage> kafkas = KafkaMessage.of(message);
            kafkas.ifPresent(it -> pairs.add(new Pair(message, it)));
        }
        return pairs;
    }
}
