package io.octavo.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// A house in which every rule is broken once: compiled when it is needed, from the lines below.
///
/// Each class is called `Room` and has one field for each thing that it must not touch.
final class BadHouse {
    /// `package: types it touches`
    private static final List<String> ROOMS =
            List.of(
                    "io.octavo.codegen: io.octavo.ports.Room",
                    "io.octavo.ports: io.octavo.protocol.Room",
                    "io.octavo.protocol: io.octavo.log.Room java.net.URI",
                    "io.octavo.log: io.octavo.client.Room java.util.Timer java.nio.file.Files",
                    "io.octavo.client: io.octavo.log.Room io.octavo.client.group.Room"
                            + " org.apache.kafka.Foreign io.netty.Foreign",
                    "io.octavo.client.group:",
                    "io.octavo.broker: io.octavo.cli.Room java.net.Socket picocli.Foreign net.jpountz.Foreign",
                    "io.octavo.cli: io.octavo.bench.Room",
                    "io.octavo.bench:",
                    "io.octavo.broker.net: io.octavo.broker.Room",
                    "io.octavo.broker.api: io.octavo.broker.net.Room",
                    "io.octavo.broker.group: io.octavo.broker.txn.Room",
                    "io.octavo.broker.txn: io.octavo.broker.group.Room",
                    "io.octavo.broker.shard: io.octavo.broker.api.Room",
                    "io.octavo.broker.replica: io.octavo.broker.shard.Room com.fasterxml.jackson.Foreign",
                    "io.octavo.broker.cluster: io.octavo.broker.replica.Room org.apache.zookeeper.Foreign",
                    "io.octavo.broker.cluster.local: io.octavo.broker.cluster.zookeeper.Room",
                    "io.octavo.broker.cluster.zookeeper: io.octavo.broker.cluster.local.Room",
                    "io.octavo.broker.security: io.octavo.broker.metrics.Room",
                    "io.octavo.broker.metrics: io.octavo.broker.cluster.Room",
                    "io.octavo.broker.config: io.octavo.broker.security.Room io.prometheus.Foreign");

    /// What the test's class path lacks, or what is quicker to invent than to find there.
    private static final List<String> FOREIGN =
            List.of(
                    "org.apache.kafka",
                    "org.apache.zookeeper",
                    "io.netty",
                    "io.prometheus",
                    "picocli",
                    "net.jpountz",
                    "com.fasterxml.jackson");

    private static final String THREAD_MAKER =
            "package io.octavo.log; class Maker { Thread made = new Thread(() -> {}); }";
    private static final String NET_THAT_REACHES_DOWN =
            "package io.octavo.broker.net; class Reacher {"
                    + " io.octavo.broker.group.Room group; io.octavo.broker.replica.Room replica; }";

    private BadHouse() {}

    /// Compiles the house into `directory` and returns it.
    static Path build(Path directory) {
        List<JavaFileObject> sources = new ArrayList<>();
        for (String room : ROOMS) {
            int colon = room.indexOf(':');
            StringBuilder text = new StringBuilder("package " + room.substring(0, colon) + ";\n");
            text.append("public class Room {\n");
            int field = 0;
            for (String type : room.substring(colon + 1).strip().split(" ", -1)) {
                if (!type.isEmpty()) {
                    text.append(type).append(" thing").append(field++).append(";\n");
                }
            }
            sources.add(source(room.substring(0, colon) + ".Room", text.append("}\n").toString()));
        }
        for (String foreign : FOREIGN) {
            String text = "package " + foreign + "; public class Foreign {}";
            sources.add(source(foreign + ".Foreign", text));
        }
        sources.add(source("io.octavo.log.Maker", THREAD_MAKER));
        sources.add(source("io.octavo.broker.net.Reacher", NET_THAT_REACHES_DOWN));
        compile(sources, directory);
        return directory;
    }

    private static void compile(List<JavaFileObject> sources, Path directory) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options = List.of("-d", directory.toString(), "-proc:none", "-cp", "");
        boolean compiled =
                compiler.getTask(
                                said,
                                compiler.getStandardFileManager(null, Locale.ROOT, null),
                                null,
                                options,
                                null,
                                sources)
                        .call();
        assertThat(compiled).as(said.toString()).isTrue();
    }

    private static JavaFileObject source(String name, String text) {
        URI uri = URI.create("string:///" + name.replace('.', '/') + ".java");
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }
}
