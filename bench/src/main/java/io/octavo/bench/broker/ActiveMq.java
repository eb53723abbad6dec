package io.octavo.bench.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// ActiveMQ Classic with the settings of its `conf/activemq.xml` (what differs, the bench's own
/// copy of that file says) and the JVM flags of its `bin/env`.
///
/// @param version of ActiveMQ
/// @param java the JVM's executable
/// @param classPath its broker
/// @param settings the directory of `activemq.xml` and the logging set-up
public record ActiveMq(String version, Path java, String classPath, Path settings)
        implements Server {
    private static final List<String> FLAGS = List.of("-Xms64M", "-Xmx1G");

    @Override
    public String name() {
        return "ActiveMQ Classic " + version;
    }

    @Override
    public void prepare(Path home, int port) throws IOException {
        Files.writeString(
                configuration(home),
                Files.readString(settings.resolve("activemq.xml"))
                        .replace("@port@", Integer.toString(port))
                        .replace("@data@", Server.data(home).toString()));
    }

    @Override
    public ProcessBuilder serve(Path home, int port) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(FLAGS);
        command.add("-Dlog4j2.configurationFile=" + settings.resolve("log4j2.properties"));
        command.addAll(List.of("-cp", classPath));
        command.add("org.apache.activemq.console.command.ShellCommand");
        command.addAll(List.of("start", "xbean:file:" + configuration(home)));
        return new ProcessBuilder(command);
    }

    private static Path configuration(Path home) {
        return home.resolve("activemq.xml");
    }
}
