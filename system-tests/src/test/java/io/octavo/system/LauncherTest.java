package io.octavo.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `bin/octavo` finds a JDK and becomes it. The JDKs here are scripts that print how they were
/// called.
final class LauncherTest {
    private static final long RUN_WAIT_SECONDS = 20;
    private static final long RUN_WAIT_MS = 20_000;

    /// All that the launcher may call besides bash itself.
    private static final List<String> PROGRAMS =
            List.of("bash", "env", "readlink", "rm", "mv", "mkdir", "tail", "find", "ln", "sleep");

    @TempDir private Path directory;
    private Path dist;
    private Path programs;
    private Path jdks;

    @BeforeEach
    void layOutADistribution() throws IOException {
        dist = directory.resolve("a distribution");
        programs = directory.resolve("programs");
        jdks = directory.resolve("jdks");
        Files.createDirectories(dist.resolve("bin"));
        Files.createDirectories(dist.resolve("lib"));
        Files.createDirectories(programs);
        Files.createDirectories(jdks);
        Files.copy(Tools.ROOT.resolve("bin/octavo"), dist.resolve("bin/octavo"));
        Files.writeString(dist.resolve("lib/octavo-cli-1.jar"), "");
        for (String program : PROGRAMS) {
            script(programs.resolve(program), "exec " + which(program) + " \"$@\"");
        }
    }

    @Test
    void theJdkOfJavaHomeIsUsedWhenItIsNewEnough() throws IOException {
        Path home = jdk("mine", "26.0.1");
        jdk("other", "25");
        assertThat(run(Map.of("JAVA_HOME", home.toString()), "server"))
                .contains("this is mine 26.0.1")
                .contains(
                        "arguments: ",
                        "-XX:+ExitOnOutOfMemoryError",
                        dist.resolve("lib/octavo-cli-1.jar").toString(),
                        "io.octavo.cli.Main server");
    }

    @Test
    void anOldJavaHomeIsPassedOver() throws IOException {
        Path old = jdk("old", "17.0.2");
        jdk("newest", "26");
        jdk("right", "25.0.3");
        assertThat(run(Map.of("JAVA_HOME", old.toString()))).contains("this is right 25.0.3");
    }

    @Test
    void theJdkThatWasFoundIsRemembered() throws IOException {
        Path found = jdk("found", "25");
        run(Map.of());
        assertThat(Files.readString(dist.resolve("jdk"))).isEqualTo(found + "\n");
        assertThat(run(Map.of("OCTAVO_JDK_DIRS", "/nowhere"))).contains("this is found 25");
    }

    @Test
    void theJavaOfThePathIsUsedThroughItsLinks() throws IOException {
        Path onPath = jdk("path", "25.0.1");
        Files.createSymbolicLink(programs.resolve("java"), onPath.resolve("bin/java"));
        assertThat(run(Map.of("OCTAVO_JDK_DIRS", "/nowhere"))).contains("this is path 25.0.1");
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws IOException {
        jdk("old", "21.0.9");
        Child launched = launch(dist.resolve("bin/octavo"), Map.of());
        assertThat(launched.exitCode(RUN_WAIT_SECONDS)).isEqualTo(1);
        assertThat(launched.output())
                .startsWith("octavo: no Java 25 or later was found. Install a JDK 25")
                .hasLineCount(1);
    }

    @Test
    void itWorksThroughSymbolicLinks() throws IOException {
        jdk("right", "25");
        Path first =
                Files.createSymbolicLink(directory.resolve("first"), Path.of("a distribution"));
        Path second = Files.createSymbolicLink(directory.resolve("o"), first.resolve("bin/octavo"));
        Child launched = launch(second, Map.of(), "a b", "c*");
        assertThat(launched.exitCode(RUN_WAIT_SECONDS)).isZero();
        assertThat(launched.output()).contains("octavo-cli-1.jar io.octavo.cli.Main a b c*");
    }

    @Test
    void itBecomesTheJvm() throws IOException {
        jdk("right", "25");
        Child launched = launch(dist.resolve("bin/octavo"), Map.of());
        assertThat(launched.exitCode(RUN_WAIT_SECONDS)).isZero();
        assertThat(launched.output()).contains("process " + launched.pid() + "\n");
    }

    @Test
    void theCacheIsMadeOnceAndUsed() throws IOException {
        jdk("right", "25");
        assertThat(run(Map.of())).contains("-XX:AOTCache=" + dist.resolve("verbs.aot"));
        Path cache = dist.resolve("verbs.aot");
        assertThat(cache).hasContent("trained by right");
        Files.writeString(cache, "as it was");
        run(Map.of());
        assertThat(cache).hasContent("as it was");
    }

    @Test
    void theServerHasACacheOfItsOwn() throws IOException {
        jdk("right", "25");
        assertThat(run(Map.of(), "server", "--data", "d"))
                .contains("-XX:AOTCache=" + dist.resolve("server.aot"));
        assertThat(dist.resolve("verbs.aot")).doesNotExist();
    }

    @Test
    void anotherJdkMakesAnotherCache() throws IOException {
        run(Map.of("JAVA_HOME", jdk("one", "25").toString()));
        run(Map.of("JAVA_HOME", jdk("two", "25").toString()));
        assertThat(dist.resolve("verbs.aot")).hasContent("trained by two");
    }

    @Test
    void anotherBuildOfTheJdkMakesAnotherCache() throws IOException {
        Path home = jdk("same", "25.0.3");
        run(Map.of("JAVA_HOME", home.toString()));
        Path cache = dist.resolve("verbs.aot");
        Files.writeString(cache, "of the build before");
        Files.writeString(
                home.resolve("release"),
                "JAVA_VERSION=\"25.0.3\"\nJAVA_RUNTIME_VERSION=\"25.0.3+10\"\n");
        Files.setLastModifiedTime(home.resolve("release"), FileTime.fromMillis(0));

        run(Map.of("JAVA_HOME", home.toString()));

        assertThat(cache).hasContent("trained by same");
    }

    @Test
    void aTrainingRunKnowsNoSettings() throws IOException {
        jdk("right", "25");
        run(Map.of("OCTAVO_ADVERTISED_LISTENERS", "PLAINTEXT://elsewhere:9092"));
        assertThat(dist.resolve("verbs.training.log")).hasContent("settings:");
    }

    @Test
    void itStartsWithoutACacheThatCannotBeMade() throws IOException {
        jdk("broken", "25");
        assertThat(run(Map.of("FAIL_TRAINING", "yes")))
                .contains("this is broken 25")
                .doesNotContain("AOTCache");
    }

    /// As Ctrl-C does, which the JVM takes for itself, and ends.
    @Test
    void whoStopsTheTrainingHasStoppedTheStart() throws IOException {
        jdk("right", "25");
        Child launched = launch(dist.resolve("bin/octavo"), Map.of("STOP_TRAINING", "yes"));
        assertThat(launched.exitCode(RUN_WAIT_SECONDS)).isEqualTo(130);
        assertThat(launched.output()).doesNotContain("this is right");
        assertThat(dist.resolve("verbs.aot")).doesNotExist();

        assertThat(run(Map.of())).contains("-XX:AOTCache=" + dist.resolve("verbs.aot"));
    }

    @Test
    void itFindsItselfWhereCdSearchesOtherDirectories() throws IOException {
        jdk("right", "25");
        Files.createDirectories(directory.resolve("elsewhere/bin"));
        ProcessBuilder builder = new ProcessBuilder("bin/octavo", "a").directory(dist.toFile());
        environment(builder, Map.of("CDPATH", ".:" + directory.resolve("elsewhere")));
        Child launched = Child.start("bin/octavo", builder);
        assertThat(launched.exitCode(RUN_WAIT_SECONDS)).as(launched.output()).isZero();
        assertThat(launched.output()).contains(dist.resolve("lib/octavo-cli-1.jar").toString());
    }

    @Test
    void withoutALocaleTextIsUtf8() throws IOException {
        jdk("right", "25");
        assertThat(run(Map.of())).contains("locale: C.UTF-8");
        assertThat(run(Map.of("LANG", "POSIX"))).contains("locale: C.UTF-8");
        assertThat(run(Map.of("LANG", "C", "LC_CTYPE", "en_US.ISO-8859-1")))
                .contains("locale: none");
        assertThat(run(Map.of("LC_ALL", "C"))).contains("locale: C.UTF-8");
    }

    @Test
    void moreOptionsForTheJvmComeLast() throws IOException {
        jdk("right", "25");
        assertThat(run(Map.of("OCTAVO_JVM_OPTIONS", "-Xmx1g -Da=b")))
                .containsPattern("-Xmx512m .*-Xmx1g -Da=b -cp")
                .contains("OCTAVO variables: none");
    }

    @Test
    void anotherCollectorIsTheOnlyOne() throws IOException {
        jdk("right", "25");
        assertThat(run(Map.of())).contains("-XX:+UseSerialGC");
        assertThat(run(Map.of("OCTAVO_JVM_OPTIONS", "-Xmx1g -XX:+UseG1GC")))
                .contains("-XX:+UseG1GC -cp")
                .doesNotContain("-XX:+UseSerialGC");
    }

    @Test
    void aSourceTreeIsBuiltOnce() throws IOException {
        jdk("right", "25");
        Files.move(dist.resolve("lib"), directory.resolve("lib"));
        script(
                programs.resolve("mvn"),
                "mkdir -p cli/target/dist",
                "mv '" + directory.resolve("lib") + "' cli/target/dist");
        assertThat(run(Map.of()))
                .startsWith("octavo: building the distribution, once")
                .contains("this is right 25");
        assertThat(run(Map.of())).doesNotContain("building");
    }

    @Test
    void twoFirstStartsBuildOnce() throws IOException {
        jdk("right", "25");
        Files.move(dist.resolve("lib"), directory.resolve("lib"));
        Path go = directory.resolve("go");
        script(
                programs.resolve("mvn"),
                "echo once >>'" + directory.resolve("builds") + "'",
                "until [ -e '" + go + "' ]; do sleep 0.1; done",
                "mkdir -p cli/target/dist",
                "mv '" + directory.resolve("lib") + "' cli/target/dist");
        Child first = launch(dist.resolve("bin/octavo"), Map.of());
        Eventually.within(RUN_WAIT_MS, () -> assertThat(directory.resolve("builds")).exists());
        Child second = launch(dist.resolve("bin/octavo"), Map.of());
        Eventually.within(
                RUN_WAIT_MS,
                () -> assertThat(second.output()).contains("another start is building"));
        Files.writeString(go, "");

        for (Child launched : List.of(first, second)) {
            assertThat(launched.exitCode(RUN_WAIT_SECONDS)).as(launched.output()).isZero();
            assertThat(launched.output()).contains("this is right 25");
        }
        assertThat(directory.resolve("builds")).hasContent("once");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatABuildThatWasKilledLeftKeepsNobodyWaiting(boolean link) throws IOException {
        jdk("right", "25");
        Files.move(dist.resolve("lib"), directory.resolve("lib"));
        Path lock = Files.createDirectories(dist.resolve("cli/target")).resolve("building");
        if (link) {
            Files.createSymbolicLink(lock, Path.of("999999999"));
        } else {
            // As where there are no links.
            Files.writeString(lock, "");
        }
        script(
                programs.resolve("mvn"),
                "mkdir -p cli/target/dist",
                "mv '" + directory.resolve("lib") + "' cli/target/dist");
        assertThat(run(Map.of())).contains("this is right 25");
        assertThat(Files.isSymbolicLink(dist.resolve("cli/target/building"))).isFalse();
    }

    @Test
    void aBuildThatDidNotEndIsDoneAgain() throws IOException {
        jdk("right", "25");
        Files.move(dist.resolve("lib"), directory.resolve("lib"));
        Path lib = Files.createDirectories(dist.resolve("cli/target/dist/lib"));
        Files.writeString(lib.resolve("netty.jar"), "");
        script(
                programs.resolve("mvn"),
                "echo building with $JAVA_OCTAVO_HOME >built",
                "mv '" + directory.resolve("lib/octavo-cli-1.jar") + "' cli/target/dist/lib");
        assertThat(run(Map.of())).startsWith("octavo: building the distribution, once");
        assertThat(dist.resolve("built")).hasContent("building with " + jdks.resolve("right"));
        assertThat(run(Map.of())).doesNotContain("building");
    }

    @Test
    void sourcesThatAreNewerThanTheBuildAreNamed() throws IOException {
        jdk("right", "25");
        Path lib = dist.resolve("cli/target/dist/lib");
        Files.createDirectories(lib.getParent());
        Files.move(dist.resolve("lib"), lib);
        Path sources = Files.createDirectories(dist.resolve("cli/src/main/java"));
        long builtMs = Files.getLastModifiedTime(lib.resolve("octavo-cli-1.jar")).toMillis();
        Path changed = Files.writeString(sources.resolve("Main.java"), "");
        Files.setLastModifiedTime(changed, FileTime.fromMillis(builtMs - 60_000));
        assertThat(run(Map.of())).startsWith("this is right");

        Files.setLastModifiedTime(changed, FileTime.fromMillis(builtMs + 60_000));

        assertThat(run(Map.of()))
                .startsWith("octavo: this is from before cli/src/main/java/Main.java changed")
                .contains("this is right 25");

        Files.delete(changed);
        for (String source : List.of("cli/src/main/schema/Node.json", "codegen/src/main/C.java")) {
            Path other = dist.resolve(source);
            Files.createDirectories(other.getParent());
            Files.writeString(other, "");
            Files.setLastModifiedTime(other, FileTime.fromMillis(builtMs + 60_000));
            assertThat(run(Map.of()))
                    .startsWith("octavo: this is from before " + source + " changed");
            Files.delete(other);
        }
    }

    @Test
    void aFailedBuildShowsWhatFailed() throws IOException {
        jdk("right", "25");
        Files.move(dist.resolve("lib"), directory.resolve("lib"));
        script(programs.resolve("mvn"), "echo 'cannot find symbol'", "exit 1");
        Child launched = launch(dist.resolve("bin/octavo"), Map.of());
        assertThat(launched.exitCode(RUN_WAIT_SECONDS)).isEqualTo(1);
        assertThat(launched.output()).contains("cannot find symbol", "build.log");
    }

    private String run(Map<String, String> environment, String... arguments) {
        Child launched = launch(dist.resolve("bin/octavo"), environment, arguments);
        assertThat(launched.exitCode(RUN_WAIT_SECONDS)).as(launched.output()).isZero();
        return launched.output();
    }

    private Child launch(Path launcher, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
        environment(builder, environment);
        return Child.start("bin/octavo", builder);
    }

    private void environment(ProcessBuilder builder, Map<String, String> more) {
        builder.environment().clear();
        builder.environment()
                .putAll(
                        new TreeMap<>(
                                Map.of(
                                        "PATH",
                                        programs.toString(),
                                        "OCTAVO_JDK_DIRS",
                                        jdks.toString())));
        builder.environment().putAll(more);
    }

    /// A directory that looks like a JDK.
    private Path jdk(String name, String version) throws IOException {
        Path home = jdks.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        script(
                home.resolve("bin/java"),
                "for a; do case $a in -XX:AOTCacheOutput=*)",
                "    [ -z \"${FAIL_TRAINING:-}\" ] || exit 1",
                "    [ -z \"${STOP_TRAINING:-}\" ] || { kill -INT $PPID; exit 130; }",
                "    echo settings: \"${!OCTAVO_@}\"",
                "    printf 'trained by " + name + "' >\"${a#*=}\"; exit;;",
                "esac; done",
                "echo this is " + name + " " + version,
                "echo process $$",
                "echo \"OCTAVO variables: ${OCTAVO_JVM_OPTIONS:-none}\"",
                "echo \"locale: ${LC_ALL:-none}\"",
                "echo \"arguments: $*\"");
        return home;
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path which(String program) {
        for (String place : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
            Path found = Path.of(place, program);
            if (Files.isExecutable(found)) {
                return found;
            }
        }
        throw new AssertionError("no " + program);
    }
}
