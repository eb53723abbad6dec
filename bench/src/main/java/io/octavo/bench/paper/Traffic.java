package io.octavo.bench.paper;

import io.octavo.bench.load.Clients;
import io.octavo.bench.load.MessageLoad;
import io.octavo.bench.load.Timeline;
import java.io.IOException;
import java.util.List;

/// How messages get into a broker and out of it: two load programs.
///
/// @param clients start them on the class path that they need
/// @param producer the class of the one that sends
/// @param how what it takes beside the load
/// @param consumer the class of the one that receives
/// @param kafka whether the destination is a topic, which is made beforehand; queues and streams
///   are made by their producers
record Traffic(Clients clients, String producer, String how, String consumer, boolean kafka) {
    /// @return the seconds after which each share was sent (or acknowledged)
    List<Double> produce(MessageLoad load) throws IOException {
        return Timeline.seconds(clients.run(producer, load, how));
    }

    /// @return the seconds after which each share was received
    List<Double> consume(MessageLoad load) throws IOException {
        return Timeline.seconds(clients.run(consumer, load, ""));
    }
}
