package io.octavo.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Which room may import which, and who alone may touch what.
///
/// ```text
/// ports <── protocol <── log, client <── broker <── cli        testkit, bench -> anything
/// broker:  net -> api -> {group, txn} -> shard -> replica -> cluster     config, security, metrics: for every room
/// ```
final class Rooms {
    private static final String ROOT = "io.octavo.";
    private static final String BROKER = ROOT + "broker";

    /// The modules that ship, lowest first: each may import those before it, but `client` does not
    /// know `log`.
    private static final List<String> MODULES =
            List.of("ports", "protocol", "log", "client", "broker", "cli");

    /// The rooms of the broker from the top down. A room may import the rooms of the lines below
    /// its own.
    private static final List<List<String>> FLOORS =
            List.of(
                    List.of("net.."),
                    List.of("api.."),
                    List.of("group..", "txn.."),
                    List.of("shard.."),
                    List.of("replica.."),
                    List.of("cluster.local..", "cluster.zookeeper.."),
                    List.of("cluster"),
                    List.of("security..", "metrics.."),
                    List.of("config.."));

    /// Classes outside `LogFiles` that touch files, each for one thing that is neither a record nor
    /// state.
    private static final Set<String> FILE_TOUCHERS =
            Set.of(BROKER + ".net.ProcessDescriptors", ROOT + "log.ProcessLocks");

    private Rooms() {}

    static List<ArchRule> rules() {
        List<ArchRule> rules = new ArrayList<>();
        modules(rules);
        floors(rules);
        exclusives(rules);
        return rules;
    }

    private static void modules(List<ArchRule> rules) {
        for (int i = 0; i < MODULES.size(); i++) {
            List<String> above =
                    new ArrayList<>(packages(MODULES.subList(i + 1, MODULES.size()), ROOT, ".."));
            above.addAll(packages(List.of("codegen", "testkit", "bench", "system"), ROOT, ".."));
            if (MODULES.get(i).equals("client")) {
                above.add(ROOT + "log..");
            }
            rules.add(mayNotImport(ROOT + MODULES.get(i) + "..", above));
        }
        rules.add(mayNotImport(ROOT + "codegen..", packages(MODULES, ROOT, "..")));
        rules.add(mayNotImport(ROOT + "client", List.of(ROOT + "client.group..")));
    }

    private static void floors(List<ArchRule> rules) {
        List<String> higher = new ArrayList<>(List.of(BROKER));
        for (List<String> floor : FLOORS) {
            for (String room : floor) {
                List<String> forbidden = new ArrayList<>(higher);
                for (String neighbour : floor) {
                    if (!neighbour.equals(room)) {
                        forbidden.add(BROKER + "." + neighbour);
                    }
                }
                rules.add(mayNotImport(BROKER + "." + room, forbidden));
            }
            higher.addAll(packages(floor, BROKER + ".", ""));
        }
        rules.add(mayNotImport(BROKER + ".net..", packages(FLOORS.get(2), BROKER + ".", "")));
        rules.add(
                mayNotImport(
                        BROKER + ".net..",
                        List.of(
                                BROKER + ".shard..",
                                BROKER + ".replica..",
                                BROKER + ".cluster..")));
    }

    private static void exclusives(List<ArchRule> rules) {
        rules.add(
                only("the ZooKeeper rooms", "speak to ZooKeeper")
                        .may(BROKER + ".cluster.zookeeper..", ROOT + "client.zookeeper..")
                        .touch(
                                resideInAnyPackage(
                                        "org.apache.zookeeper..", "org.apache.curator..")));
        rules.add(
                only("broker.net", "know Netty")
                        .may(BROKER + ".net..")
                        .touch(resideInAPackage("io.netty..")));
        rules.add(
                only("broker.net and client", "open sockets")
                        .may(BROKER + ".net..", ROOT + "client..", ROOT + "bench..")
                        .touch(
                                named(
                                        "java.net.Socket",
                                        "java.net.ServerSocket",
                                        "java.net.DatagramSocket",
                                        "java.net.http.HttpClient",
                                        "java.nio.channels.SocketChannel",
                                        "java.nio.channels.ServerSocketChannel",
                                        "java.nio.channels.DatagramChannel",
                                        "java.nio.channels.AsynchronousSocketChannel",
                                        "java.nio.channels.Selector")));
        libraries(rules);
        threads(rules);
        files(rules);
    }

    private static void libraries(List<ArchRule> rules) {
        rules.add(
                only("protocol.record", "compress")
                        .may(ROOT + "protocol.record..")
                        .touch(
                                resideInAnyPackage(
                                        "com.github.luben.zstd..",
                                        "org.xerial.snappy..",
                                        "net.jpountz..")));
        rules.add(
                only("the build, the command and the bench", "know JSON")
                        .may(ROOT + "codegen..", ROOT + "cli..", ROOT + "bench..")
                        .touch(resideInAPackage("com.fasterxml.jackson..")));
        rules.add(
                only("the command and the bench", "know picocli and logback")
                        .may(ROOT + "cli..", ROOT + "bench..")
                        .touch(resideInAnyPackage("picocli..", "ch.qos.logback..")));
        rules.add(
                only("broker.metrics", "know Prometheus")
                        .may(BROKER + ".metrics..")
                        .touch(resideInAPackage("io.prometheus..")));
        rules.add(
                only("the bench", "know Apache Kafka")
                        .may(ROOT + "bench..")
                        .touch(resideInAPackage("org.apache.kafka..")));
    }

    private static void threads(List<ArchRule> rules) {
        rules.add(
                only("loops", "own threads")
                        .may(ROOT + "ports..", ROOT + "cli..", ROOT + "bench..", BROKER + ".net..")
                        .touch(
                                named(
                                        "java.util.concurrent.Executors",
                                        "java.util.concurrent.ExecutorService",
                                        "java.util.concurrent.ScheduledExecutorService",
                                        "java.util.concurrent.ThreadPoolExecutor",
                                        "java.util.concurrent.ForkJoinPool",
                                        "java.util.Timer")));
        rules.add(
                noClasses()
                        .that(shipped())
                        .and(
                                not(
                                        resideInAnyPackage(ROOT + "cli..", ROOT + "bench..")
                                                .or(assignableTo(ROOT + "ports.Loop"))))
                        .should()
                        .callConstructorWhere(
                                owner("a thread is made", Set.of("java.lang.Thread"), Set.of()))
                        .orShould()
                        .callMethodWhere(
                                owner(
                                        "a thread is made",
                                        Set.of("java.lang.Thread"),
                                        Set.of("ofPlatform", "ofVirtual", "startVirtualThread")))
                        .as("only loops make threads")
                        .allowEmptyShould(true));
    }

    private static void files(List<ArchRule> rules) {
        DescribedPredicate<JavaClass> mayTouchFiles =
                resideInAnyPackage(ROOT + "cli..", ROOT + "bench..", ROOT + "codegen..")
                        .or(
                                DescribedPredicate.describe(
                                        "implement LogFiles or LogFile, or are listed",
                                        type ->
                                                type.isAssignableTo(ROOT + "log.LogFiles")
                                                        || type.isAssignableTo(ROOT + "log.LogFile")
                                                        || FILE_TOUCHERS.contains(type.getName())));
        rules.add(
                noClasses()
                        .that(shipped())
                        .and(not(mayTouchFiles))
                        .should()
                        .dependOnClassesThat(
                                named(
                                        "java.nio.file.Files",
                                        "java.io.File",
                                        "java.io.RandomAccessFile",
                                        "java.io.FileInputStream",
                                        "java.io.FileOutputStream",
                                        "java.io.FileReader",
                                        "java.io.FileWriter"))
                        .orShould()
                        .callMethodWhere(
                                owner(
                                        "a file is opened",
                                        Set.of(
                                                "java.nio.channels.FileChannel",
                                                "java.nio.channels.AsynchronousFileChannel"),
                                        Set.of("open")))
                        .as("files are touched only through LogFiles")
                        .allowEmptyShould(true));
        rules.add(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "protocol..")
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                        "java.nio.file..", "java.nio.channels..", "java.net.."))
                        .as("protocol knows no sockets and no files")
                        .allowEmptyShould(true));
    }

    private static ArchRule mayNotImport(String room, List<String> others) {
        return noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others.toArray(String[]::new))
                .as(room + " does not import " + String.join(", ", others))
                .allowEmptyShould(true);
    }

    private static List<String> packages(List<String> rooms, String prefix, String suffix) {
        return rooms.stream().map(room -> prefix + room + suffix).toList();
    }

    private static DescribedPredicate<JavaClass> shipped() {
        return resideInAPackage(ROOT + ".").and(not(resideInAPackage(ROOT + "testkit..")));
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        Set<String> all = Set.of(names);
        return DescribedPredicate.describe(
                "are one of " + all, type -> all.contains(type.getName()));
    }

    private static DescribedPredicate<JavaAccess<?>> owner(
            String says, Set<String> owners, Set<String> methods) {
        return DescribedPredicate.describe(
                says,
                access ->
                        owners.contains(access.getTargetOwner().getName())
                                && (methods.isEmpty() || methods.contains(access.getName())));
    }

    private static Only only(String who, String what) {
        return new Only("only " + who + " " + what, List.of());
    }

    private record Only(String says, List<String> rooms) {
        Only may(String... allowed) {
            return new Only(says, List.of(allowed));
        }

        ArchRule touch(DescribedPredicate<JavaClass> things) {
            return noClasses()
                    .that(shipped())
                    .and(not(resideInAnyPackage(rooms.toArray(String[]::new))))
                    .should()
                    .dependOnClassesThat(things)
                    .as(says)
                    .allowEmptyShould(true);
        }
    }
}
