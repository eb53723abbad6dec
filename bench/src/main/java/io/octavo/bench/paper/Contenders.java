package io.octavo.bench.paper;

import io.octavo.bench.broker.Broker;
import io.octavo.bench.broker.RabbitMq;
import io.octavo.bench.broker.Server;
import io.octavo.bench.load.Clients;
import io.octavo.bench.paper.Way.Group;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Who takes part, in the order of the table.
///
/// @param here those that can be tried on this machine
/// @param missing what cannot, and why
record Contenders(List<Contender> here, List<String> missing) {
    static final int BATCH = 50;

    /// The names of those whose figures are set against the paper's.
    static final String OCTAVO_SINGLE = "octavo-1-acks0";

    static final String OCTAVO_SINGLE_ACKNOWLEDGED = "octavo-1-acks1";
    static final String OCTAVO_BATCH = "octavo-50-acks0";
    static final String OCTAVO_BATCH_ACKNOWLEDGED = "octavo-50-acks1";
    static final String KAFKA_SINGLE = "kafka-1-acks0";
    static final String KAFKA_SINGLE_ACKNOWLEDGED = "kafka-1-acks1";
    static final String KAFKA_BATCH = "kafka-50-acks0";
    static final String KAFKA_BATCH_ACKNOWLEDGED = "kafka-50-acks1";
    static final String RABBITMQ = "rabbitmq";
    static final String RABBITMQ_CONFIRMED = "rabbitmq-confirmed";
    static final String STREAM = "rabbitmq-stream";
    static final String ACTIVEMQ = "activemq";
    static final String ACTIVEMQ_CONFIRMED = "activemq-confirmed";

    static final String OCTAVO_SINGLE_FORCED = "octavo-1-fsync";
    static final String OCTAVO_BATCH_FORCED = "octavo-50-fsync";

    /// All of them, whether they can be tried here or not.
    static final List<String> NAMES =
            List.of(
                    OCTAVO_SINGLE,
                    OCTAVO_SINGLE_ACKNOWLEDGED,
                    OCTAVO_BATCH,
                    OCTAVO_BATCH_ACKNOWLEDGED,
                    OCTAVO_SINGLE_FORCED,
                    OCTAVO_BATCH_FORCED,
                    KAFKA_SINGLE,
                    KAFKA_SINGLE_ACKNOWLEDGED,
                    KAFKA_BATCH,
                    KAFKA_BATCH_ACKNOWLEDGED,
                    RABBITMQ,
                    RABBITMQ_CONFIRMED,
                    STREAM,
                    ACTIVEMQ,
                    ACTIVEMQ_CONFIRMED);

    /// Those that acknowledge what is on the disk; all others, what is to go there.
    static final Set<String> FORCING =
            Set.of(RABBITMQ_CONFIRMED, OCTAVO_SINGLE_FORCED, OCTAVO_BATCH_FORCED);

    private static final String LOADS = "io.octavo.bench.load.";
    private static final String QUEUE_LOADS = "io.octavo.bench.queue.";

    /// How many messages of a queue's producer may be unconfirmed.
    private static final String WINDOW = "1000";

    /// The brokers that are asked, and the class paths on which their clients run.
    ///
    /// @param octavo answers when the operating system has the records, as the others do
    /// @param forcing the same, as it is by default
    record Brokers(
            Broker octavo,
            Broker forcing,
            Broker kafka,
            Server activeMq,
            Optional<RabbitMq> rabbitMq,
            Clients kafkaClients,
            Clients queueClients) {}

    static Contenders of(Brokers brokers) {
        Clients clients = brokers.kafkaClients();
        Broker octavo = brokers.octavo();
        Broker forcing = brokers.forcing();
        Broker kafka = brokers.kafka();
        List<Contender> here = new ArrayList<>();
        here.add(log(OCTAVO_SINGLE, octavo, Group.SINGLE, clients));
        here.add(log(OCTAVO_SINGLE_ACKNOWLEDGED, octavo, Group.SINGLE_ACKNOWLEDGED, clients));
        here.add(log(OCTAVO_BATCH, octavo, Group.BATCH, clients));
        here.add(log(OCTAVO_BATCH_ACKNOWLEDGED, octavo, Group.BATCH_ACKNOWLEDGED, clients));
        here.add(log(KAFKA_SINGLE, kafka, Group.SINGLE, clients));
        here.add(log(KAFKA_SINGLE_ACKNOWLEDGED, kafka, Group.SINGLE_ACKNOWLEDGED, clients));
        here.add(log(KAFKA_BATCH, kafka, Group.BATCH, clients));
        here.add(log(KAFKA_BATCH_ACKNOWLEDGED, kafka, Group.BATCH_ACKNOWLEDGED, clients));
        List<String> missing = new ArrayList<>();
        rabbitMq(brokers, here, missing);
        activeMq(brokers, here);
        here.add(log(OCTAVO_SINGLE_FORCED, forcing, Group.FORCED, clients));
        here.add(log(OCTAVO_BATCH_FORCED, forcing, Group.FORCED, clients));
        here.sort(Comparator.comparing(contender -> contender.way().group()));
        return new Contenders(here, missing);
    }

    private static Contender log(String name, Broker broker, Group group, Clients clients) {
        int batch = name.contains("-1-") ? 1 : BATCH;
        String acks =
                switch (group) {
                    case SINGLE, BATCH -> "0";
                    case SINGLE_ACKNOWLEDGED, BATCH_ACKNOWLEDGED -> "1";
                    // What acks=1 asks for is forced soon, and not waited for.
                    case FORCED -> "all";
                };
        return new Contender(
                new Way(name, broker.name(), group, "batch " + batch + ", acks=" + acks),
                broker,
                new Traffic(
                        clients,
                        LOADS + "BatchProducer",
                        batch + " " + acks,
                        LOADS + "PrefetchingConsumer",
                        true));
    }

    private static void rabbitMq(Brokers brokers, List<Contender> here, List<String> missing) {
        if (brokers.rabbitMq().isEmpty()) {
            missing.add(
                    "RabbitMQ: there is no rabbitmq-server on the PATH; install the package of"
                            + " that name (its service need not run) and ask again");
            return;
        }
        RabbitMq classic = brokers.rabbitMq().get();
        Clients clients = brokers.queueClients();
        String producer = QUEUE_LOADS + "RabbitMqProducer";
        String consumer = QUEUE_LOADS + "RabbitMqConsumer";
        here.add(
                new Contender(
                        new Way(RABBITMQ, classic.name(), Group.SINGLE, "persistent"),
                        classic,
                        new Traffic(clients, producer, "0", consumer, false)));
        here.add(
                new Contender(
                        new Way(
                                RABBITMQ_CONFIRMED,
                                classic.name(),
                                Group.SINGLE_ACKNOWLEDGED,
                                "persistent, publisher confirms"),
                        classic,
                        new Traffic(clients, producer, WINDOW, consumer, false)));
        classic.withStreams()
                .ifPresentOrElse(
                        stream ->
                                here.add(
                                        new Contender(
                                                new Way(
                                                        STREAM,
                                                        stream.name(),
                                                        Group.BATCH_ACKNOWLEDGED,
                                                        "batch " + BATCH + ", confirms"),
                                                stream,
                                                new Traffic(
                                                        clients,
                                                        QUEUE_LOADS + "StreamProducer",
                                                        Integer.toString(BATCH),
                                                        QUEUE_LOADS + "StreamConsumer",
                                                        false))),
                        () -> missing.add("RabbitMQ streams: " + classic.version() + " has none"));
    }

    private static void activeMq(Brokers brokers, List<Contender> here) {
        Server server = brokers.activeMq();
        Clients clients = brokers.queueClients();
        String producer = QUEUE_LOADS + "ActiveMqProducer";
        String consumer = QUEUE_LOADS + "ActiveMqConsumer";
        here.add(
                new Contender(
                        new Way(ACTIVEMQ, server.name(), Group.SINGLE, "persistent, async send"),
                        server,
                        new Traffic(clients, producer, "0", consumer, false)));
        here.add(
                new Contender(
                        new Way(
                                ACTIVEMQ_CONFIRMED,
                                server.name(),
                                Group.SINGLE_ACKNOWLEDGED,
                                "persistent, send with callback"),
                        server,
                        new Traffic(clients, producer, WINDOW, consumer, false)));
    }
}
