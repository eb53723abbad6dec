package io.octavo.system.churn;

import io.octavo.ports.Clock;
import io.octavo.system.Tools;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The stock clients that groups are made of.
enum ClientKind {
    /// The classic protocol: who has to give up anything gives up all.
    EAGER(
            "group.protocol=classic",
            "session.timeout.ms=6000",
            "heartbeat.interval.ms=1000",
            "partition.assignment.strategy=org.apache.kafka.clients.consumer.RangeAssignor"),

    /// The classic protocol: only what goes elsewhere is given up.
    COOPERATIVE(
            "group.protocol=classic",
            "session.timeout.ms=6000",
            "heartbeat.interval.ms=1000",
            "partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor"),

    /// The protocol of KIP-848.
    CONSUMER("group.protocol=consumer"),

    /// kcat, which is librdkafka; eager.
    KCAT(
            "session.timeout.ms=6000",
            "heartbeat.interval.ms=1000",
            "partition.assignment.strategy=range",
            "auto.commit.interval.ms=300",
            "reconnect.backoff.max.ms=500");

    /// `name=value`, with spaces between.
    private final String settings;

    ClientKind(String... settings) {
        this.settings = String.join(" ", settings);
    }

    /// Whether it processes what it has committed also when it is asked to leave: kcat may drop a
    /// record then that it has taken.
    boolean leavesInOrder() {
        return this != KCAT;
    }

    /// The command of a process that is a member of `group`.
    List<String> command(String address, String topic, String group, String name) {
        return this == KCAT ? kcat(address, topic, group) : java(address, topic, group, name);
    }

    private List<String> kcat(String address, String topic, String group) {
        // It stays whatever happens (-E), and holds nothing back (-u).
        List<String> command =
                new ArrayList<>(
                        List.of(Tools.kcat(), "-b", address, "-G", group, "-E", "-q", "-u"));
        command.addAll(List.of("-f", "%p %o\\n", "-X", "auto.offset.reset=earliest"));
        for (String setting : settings.split(" ", -1)) {
            command.addAll(List.of("-X", setting));
        }
        command.add(topic);
        return command;
    }

    private List<String> java(String address, String topic, String group, String name) {
        List<String> command =
                Tools.kafka(
                        List.of(home(GroupMember.class), home(Clock.class)),
                        GroupMember.class.getName(),
                        "-Xmx64m",
                        "-Xss512k",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto");
        command.addAll(
                List.of(
                        topic,
                        "bootstrap.servers=" + address,
                        "group.id=" + group,
                        "client.id=" + name,
                        "auto.offset.reset=earliest",
                        "enable.auto.commit=false",
                        "reconnect.backoff.max.ms=500"));
        command.addAll(List.of(settings.split(" ", -1)));
        return command;
    }

    /// Where a class was loaded from.
    private static Path home(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
