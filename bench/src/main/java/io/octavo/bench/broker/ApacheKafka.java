package io.octavo.bench.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Apache Kafka in KRaft mode, one process for broker and controller, with the settings of its
/// `server.properties` and the JVM flags of its `kafka-server-start.sh`. The shell scripts
/// themselves are left out: they would only add to its start.
///
/// @param version of Kafka
/// @param java the JVM's executable
/// @param classPath Kafka's server and tools
/// @param settings the directory of `server.properties` and the logging set-up
/// @param more settings behind those of `server.properties`
/// @param jvmOptions behind the flags
public record ApacheKafka(
        String version,
        Path java,
        String classPath,
        Path settings,
        Map<String, String> more,
        List<String> jvmOptions)
        implements Broker {
    /// `kafka-server-start.sh`: KAFKA_HEAP_OPTS; `kafka-run-class.sh`: KAFKA_JVM_PERFORMANCE_OPTS
    /// and KAFKA_JMX_OPTS. Their GC log is in the command too.
    private static final String FLAGS =
            """
            -Xmx1G -Xms1G
            -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35
            -XX:+ExplicitGCInvokesConcurrent -Djava.awt.headless=true
            -Dcom.sun.management.jmxremote=true -Dcom.sun.management.jmxremote.authenticate=false
            -Dcom.sun.management.jmxremote.ssl=false
            """;

    private static final long FORMAT_SECONDS_MAX = 60;

    /// Kafka wants a cluster id; any will do.
    private static final String CLUSTER_ID = "bG9nYnJva2VyYmVuY2gwMQ";

    @Override
    public String name() {
        return "Apache Kafka " + version;
    }

    @Override
    public void prepare(Path home, int port) throws IOException {
        String properties =
                Files.readString(settings.resolve("server.properties"))
                        .replace("@port@", Integer.toString(port))
                        .replace("@controller.port@", Integer.toString(Ports.free()))
                        .replace("@log.dirs@", Server.data(home).toString());
        for (Map.Entry<String, String> setting : more.entrySet()) {
            properties += "\n" + setting.getKey() + "=" + setting.getValue();
        }
        Files.writeString(serverProperties(home), properties);
        Files.createDirectories(home.resolve("logs"));
        format(home);
    }

    @Override
    public ProcessBuilder serve(Path home, int port) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(List.of(FLAGS.strip().split("\\s+", -1)));
        command.addAll(jvmOptions);
        Path logs = home.resolve("logs");
        command.add(
                "-Xlog:gc*:file="
                        + logs.resolve("kafkaServer-gc.log")
                        + ":time,tags:filecount=10,filesize=100M");
        command.add("-Dkafka.logs.dir=" + logs);
        command.add("-Dlog4j2.configurationFile=" + settings.resolve("server-log4j2.yaml"));
        command.addAll(List.of("-cp", classPath, "kafka.Kafka"));
        command.add(serverProperties(home).toString());
        return new ProcessBuilder(command);
    }

    @Override
    public Broker with(Map<String, String> settings) {
        return new ApacheKafka(version, java, classPath, this.settings, settings, jvmOptions);
    }

    @Override
    public Broker withJvmOptions(List<String> options) {
        return new ApacheKafka(version, java, classPath, settings, more, options);
    }

    /// As it does by default.
    @Override
    public Map<String, String> unforced() {
        return Map.of();
    }

    private static Path serverProperties(Path home) {
        return home.resolve("server.properties");
    }

    private void format(Path home) throws IOException {
        Path output = home.resolve("format.out");
        String logging = "-Dlog4j2.configurationFile=" + settings.resolve("tools-log4j2.yaml");
        List<String> command = new ArrayList<>(List.of(java.toString(), logging, "-cp", classPath));
        command.addAll(List.of("kafka.tools.StorageTool", "format", "--standalone"));
        command.addAll(List.of("--cluster-id", CLUSTER_ID));
        command.addAll(List.of("--config", serverProperties(home).toString()));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(FORMAT_SECONDS_MAX, TimeUnit.SECONDS)
                    || process.exitValue() != 0) {
                throw new IOException(
                        "Kafka's storage could not be formatted: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while formatting Kafka's storage", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
