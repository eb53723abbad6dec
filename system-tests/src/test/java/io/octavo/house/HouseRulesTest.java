package io.octavo.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The conventions of CONTRIBUTING.md, as far as a machine can check them. There is no list of
/// exceptions.
final class HouseRulesTest {
    private static final int FILE_LINES_MOSTLY = 400;
    private static final int LONG_FILES_ONE_IN = 20;
    private static final Set<String> NOT_OURS = Set.of(".git", "target", ".idea", "octavo-data");
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.])/(work|farm|root|home/\\w+|tmp/\\w)/");
    private static final Pattern DEPENDENCY =
            Pattern.compile(
                    "<(?:dependency|plugin|path)>(.*?)</(?:dependency|plugin|path)>",
                    Pattern.DOTALL);
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
    private static final Pattern NAMED = Pattern.compile("`([^`]+)`");
    private static final Pattern PROMISE = Pattern.compile("\\b[LICG]-\\d{1,2}\\b");

    private static List<Source> sources = List.of();
    private static List<Parsed> parsed = List.of();

    @BeforeAll
    static void readTheSources() {
        List<Source> all = new ArrayList<>();
        for (Module module : Module.ALL) {
            all.addAll(Module.sources(module.directory().resolve("src")));
        }
        all.addAll(Module.sources(Module.ROOT.resolve("bench/queues/src")));
        all.addAll(Module.sources(Module.ROOT.resolve("system-tests/src")));
        sources = all;
        parsed = Parsed.all(all);
    }

    @TestFactory
    Stream<DynamicTest> theSourcesFollowTheConventions() {
        return SourceRules.all().stream()
                .map(rule ->
                        DynamicTest.dynamicTest(
                                rule.says(), () -> assertThat(breaches(rule, parsed)).isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> everyRuleSeesTheSampleThatBreaksIt() {
        return SourceRules.all().stream()
                .map(rule ->
                        DynamicTest.dynamicTest(
                                rule.says(),
                                () ->
                                        assertThat(
                                                        breaches(
                                                                rule,
                                                                Parsed.all(List.of(rule.sample()))))
                                                .hasSize(1)));
    }

    @Test
    void filesAreMostlyShort() {
        List<String> longOnes =
                sources.stream()
                        .filter(source -> source.lines().size() > FILE_LINES_MOSTLY)
                        .map(source -> source.path() + " " + source.lines().size())
                        .toList();
        assertThat(longOnes).hasSizeLessThanOrEqualTo(sources.size() / LONG_FILES_ONE_IN);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        Set<String> packages = new TreeSet<>();
        Set<String> described = new TreeSet<>();
        for (Source source : sources) {
            String directory = source.path().substring(0, source.path().lastIndexOf('/'));
            packages.add(directory);
            if (source.path().endsWith("/package-info.java")
                    && source.text().startsWith("///")
                    && source.text().contains("@NullMarked")) {
                described.add(directory);
            }
        }
        packages.removeIf(name -> isTestOfADescribedPackage(name, described));
        assertThat(packages).isEqualTo(described);
    }

    @Test
    void everyDependencyHasItsReason() throws IOException {
        String reasons = Files.readString(Module.ROOT.resolve("docs/dependencies.md"));
        Set<String> unexplained = new TreeSet<>();
        for (Path pom : files(file -> file.endsWith("pom.xml"))) {
            unexplained.addAll(unexplained(Files.readString(pom), reasons));
        }
        assertThat(unexplained).isEmpty();
    }

    @Test
    void everyReasonHasItsDependency() throws IOException {
        StringBuilder poms = new StringBuilder();
        for (Path pom : files(file -> file.endsWith("pom.xml"))) {
            poms.append(Files.readString(pom));
        }
        List<String> gone = new ArrayList<>();
        for (String line : Files.readAllLines(Module.ROOT.resolve("docs/dependencies.md"))) {
            Matcher named = NAMED.matcher(line.startsWith("| `") ? line.split("\\|", 3)[1] : "");
            while (named.find()) {
                if (!poms.toString().contains(">" + named.group(1) + "</artifactId>")) {
                    gone.add(named.group(1));
                }
            }
        }
        assertThat(gone).isEmpty();
    }

    @Test
    void aDependencyWithoutAReasonIsSeen() {
        String pom =
                "<dependency><groupId>a</groupId><artifactId>left-pad</artifactId></dependency>";
        assertThat(unexplained(pom, "| `right-pad` | 1.0 |")).containsExactly("left-pad");
    }

    @Test
    void everyPromiseThatIsNamedIsMade() throws IOException {
        String promises = Files.readString(Module.ROOT.resolve("docs/design/promises.md"));
        Set<String> unknown = new TreeSet<>();
        for (Path file : files(one -> one.endsWith(".java") || one.endsWith(".md"))) {
            Matcher named = PROMISE.matcher(Files.readString(file));
            while (named.find()) {
                if (!promises.contains("| " + named.group() + " |")) {
                    unknown.add(named.group() + " in " + Module.ROOT.relativize(file));
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void noPathOfOneMachineIsWrittenDown() {
        List<String> found = new ArrayList<>();
        for (Path file : files(file -> true)) {
            found.addAll(machinePaths(file));
        }
        assertThat(found).isEmpty();
    }

    @Test
    void aPathOfOneMachineIsSeen() {
        assertThat(MACHINE_PATH.matcher("see /ho" + "me/ann/notes").find()).isTrue();
        assertThat(MACHINE_PATH.matcher("<data>/wo" + "rk/x").find()).isTrue();
        assertThat(MACHINE_PATH.matcher("target/wo" + "rk/x").find()).isFalse();
    }

    private static List<String> breaches(SourceRule rule, List<Parsed> all) {
        return all.stream()
                .filter(one -> rule.about().test(one.source()))
                .flatMap(one -> rule.breaches().apply(one).stream())
                .toList();
    }

    /// A test shares the package of what it tests; only a package of tests alone describes itself.
    private static boolean isTestOfADescribedPackage(String name, Set<String> described) {
        int test = name.indexOf("/src/test/");
        if (test < 0 || described.contains(name)) {
            return false;
        }
        String inPackage = name.substring(name.indexOf("/java/"));
        return described.stream().anyMatch(other -> other.endsWith("/src/main" + inPackage));
    }

    private static Set<String> unexplained(String pom, String reasons) {
        Set<String> missing = new TreeSet<>();
        Matcher dependency = DEPENDENCY.matcher(pom);
        while (dependency.find()) {
            Matcher artifact = ARTIFACT.matcher(dependency.group(1));
            if (artifact.find()
                    && !artifact.group(1).startsWith("octavo-")
                    && !reasons.contains("`" + artifact.group(1) + "`")) {
                missing.add(artifact.group(1));
            }
        }
        return missing;
    }

    private static List<String> machinePaths(Path file) {
        List<String> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (MACHINE_PATH.matcher(line).find()) {
                    found.add(Module.ROOT.relativize(file) + ": " + line.strip());
                }
            }
        } catch (MalformedInputException binary) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /// Git's own may be a directory or a file.
    private static boolean isOurs(Path path) {
        return !NOT_OURS.contains(path.getFileName().toString());
    }

    private static List<Path> files(Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(
                    Module.ROOT,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path directory, BasicFileAttributes attributes) {
                            return isOurs(directory)
                                    ? FileVisitResult.CONTINUE
                                    : FileVisitResult.SKIP_SUBTREE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            if (attributes.isRegularFile() && isOurs(file) && wanted.test(file)) {
                                found.add(file);
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
