package io.octavo.system.group;

import java.io.UncheckedIOException;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiMessage;

/// A client with a connection to either broker: it asks both the same, each in terms of what that
/// one has told it.
final class Caller {
    private static final int LOOKS_MAX = 100;

    private final GroupPair pair;
    private final String name;
    private final Told ours;
    private final Told kafkas;
    private String asked = "";

    Caller(GroupPair pair, String name) {
        this.pair = pair;
        this.name = name;
        ours = pair.ours().told(name);
        kafkas = pair.kafka().told(name);
    }

    /// Asks both, and has their answers compared.
    ///
    /// @return our broker's answer
    ApiMessage ask(int version, Function<Told, ? extends ApiMessage> request) {
        sendTo(ours, version, request);
        sendTo(kafkas, version, request);
        return hear();
    }

    /// Asks both what has come of it. Apache Kafka answers of what is committed, a little after it
    /// has answered what changed it.
    ///
    /// @return our broker's answer
    ApiMessage look(int version, Function<Told, ? extends ApiMessage> request) {
        for (int looks = 1; ; looks++) {
            sendTo(ours, version, request);
            sendTo(kafkas, version, request);
            ApiMessage our = heardFrom(ours, "Octavo");
            ApiMessage theirs = heardFrom(kafkas, "Kafka");
            if (looks == LOOKS_MAX || pair.alike(our, theirs)) {
                pair.compare(name + ", " + asked, our, theirs);
                return our;
            }
        }
    }

    /// Asks either on and on until it gives the client the same as the other has, and has that
    /// compared.
    ///
    /// @param first what is asked first
    /// @param then what is asked until then
    void settle(
            int version,
            Function<Told, ? extends ApiMessage> first,
            Function<Told, ? extends ApiMessage> then) {
        quietly(ours, version, first);
        quietly(kafkas, version, first);
        for (int looks = 0; looks < LOOKS_MAX && !pair.given(ours, kafkas); looks++) {
            quietly(ours, version, then);
            quietly(kafkas, version, then);
        }
        pair.compareGiven(name + ", " + asked, ours, kafkas);
    }

    private void quietly(Told told, int version, Function<Told, ? extends ApiMessage> request) {
        sendTo(told, version, request);
        told.learn(told.wire().receive());
    }

    /// Asks both for what they may answer later, which [#hear] waits for. Whatever is asked after
    /// this reaches them later.
    void send(int version, Function<Told, ? extends ApiMessage> request) {
        sendTo(ours, version, request);
        sendTo(kafkas, version, request);
        pair.ours().barrier();
        pair.kafka().barrier();
    }

    private void sendTo(Told told, int version, Function<Told, ? extends ApiMessage> request) {
        ApiMessage message = request.apply(told);
        asked = "v" + version + " " + message;
        told.wire().send(message, version);
    }

    /// Waits for the answers, and has them compared.
    ApiMessage hear() {
        ApiMessage our = heardFrom(ours, "Octavo");
        ApiMessage theirs = heardFrom(kafkas, "Kafka");
        ours.learn(our);
        kafkas.learn(theirs);
        pair.compare(name + ", " + asked, our, theirs);
        return our;
    }

    private ApiMessage heardFrom(Told told, String broker) {
        try {
            return told.wire().receive();
        } catch (UncheckedIOException e) {
            throw new AssertionError(
                    broker + " does not answer " + name + ", " + pair.differences(), e);
        }
    }

    /// Whether one of them has answered.
    boolean isAnswered() {
        return ours.wire().isAnswered() || kafkas.wire().isAnswered();
    }

    /// What our broker has told it.
    Told told() {
        return ours;
    }

    /// Begins anew under `id`, or without one.
    Caller forget(String id) {
        ours.forget(id);
        kafkas.forget(id);
        return this;
    }

    @Override
    public String toString() {
        return name;
    }
}
