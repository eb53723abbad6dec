package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.system.StockClient.Codec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real log files go in through one client and come out through another, byte for byte, and again
/// after the broker was killed.
final class RoundTripTest {
    private static final int PARTITIONS_OF_A_KEYED_TOPIC = 3;

    @TempDir private Path directory;

    @ParameterizedTest
    @EnumSource
    void whatOneClientWroteAnotherReadsByteForByteAlsoAfterAKill(Codec codec) {
        List<Trip> trips = trips(codec);
        long records = 0;
        BrokerProcess broker = BrokerProcess.start(directory.resolve("data"));
        try {
            JavaClient.create(broker.address(), trips.stream().map(Trip::newTopic).toList());
            for (Trip trip : trips) {
                trip.produce(broker.address());
                trip.readBack(broker.address());
                records += trip.file.lines().size();
            }
            broker.child().kill();
            broker = broker.restart();
            for (Trip trip : trips) {
                trip.readBack(broker.address());
            }
        } finally {
            broker.close();
        }
        System.out.printf(
                "%s: %d records in %d topics, each read back twice%n",
                codec, records, trips.size());
    }

    private List<Trip> trips(Codec codec) {
        Kcat kcat = new Kcat(directory);
        JavaClient java = new JavaClient();
        List<Trip> trips = new ArrayList<>();
        for (LogFile file : LogFile.all(directory)) {
            for (boolean keyed : new boolean[] {false, true}) {
                String topic = file.name() + "-" + codec + (keyed ? "-keyed" : "");
                trips.add(new Trip(topic + "-from-kcat", file, codec, keyed, kcat, java));
                trips.add(new Trip(topic + "-from-java", file, codec, keyed, java, kcat));
            }
        }
        return trips;
    }

    /// One file through one topic.
    private record Trip(
            String topic,
            LogFile file,
            Codec codec,
            boolean keyed,
            StockClient writer,
            StockClient reader) {
        NewTopic newTopic() {
            int partitions = keyed ? PARTITIONS_OF_A_KEYED_TOPIC : 1;
            return new NewTopic(topic, Optional.of(partitions), Optional.empty());
        }

        void produce(String address) {
            writer.produce(address, topic, file, codec, keyed);
        }

        void readBack(String address) {
            List<Message> messages = reader.consume(address, topic);
            Map<Integer, Long> nextOffset = new HashMap<>();
            Map<Integer, Integer> lastLine = new HashMap<>();
            Map<Integer, Message> byLine = new TreeMap<>();
            for (Message message : messages) {
                long expected = nextOffset.getOrDefault(message.partition(), 0L);
                assertThat(message.offset()).as("%s: no gap", this).isEqualTo(expected);
                nextOffset.put(message.partition(), expected + 1);
                int line = keyed ? Integer.parseInt(message.key()) : (int) message.offset();
                assertThat(line)
                        .as("%s: order in partition %d", this, message.partition())
                        .isGreaterThan(lastLine.getOrDefault(message.partition(), -1));
                lastLine.put(message.partition(), line);
                byLine.put(line, message);
            }
            assertThat(byLine).as("%s: lines", this).hasSameSizeAs(file.lines());
            assertThat(messages).as("%s: records", this).hasSameSizeAs(file.lines());
            byLine.forEach(this::check);
        }

        private void check(int number, Message message) {
            assertThat(message.line())
                    .as("%s: line %d", this, number)
                    .isEqualTo(file.lines().get(number));
            assertThat(message.header()).isEqualTo(keyed ? "from=" + file.name() : "");
            if (!keyed) {
                assertThat(message.key()).isNull();
            }
        }

        @Override
        public String toString() {
            return topic;
        }
    }
}
