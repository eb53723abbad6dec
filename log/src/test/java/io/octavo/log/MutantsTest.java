package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Clock;
import io.octavo.protocol.record.RecordBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;

/// The enumeration finds bugs: each of those named beforehand is put into the log's source, which
/// is compiled and loaded beside the real one.
@Tag("soak")
class MutantsTest {
    @ParameterizedTest
    @EnumSource(Mutant.class)
    void eachIsFound(Mutant mutant) throws Exception {
        String found = hunt(compile(mutant));
        say("mutant " + mutant.number + ", " + mutant, found);
        assertThat(found).as(mutant.toString()).startsWith("found");
    }

    /// Else what is found with a bug would say nothing of the bug.
    @Test
    void withoutABugNothingIsFound() throws Exception {
        String found = hunt(Map.of());
        say("no mutant", found);
        assertThat(found).startsWith("not found");
    }

    private static String hunt(Map<String, byte[]> mutated) throws ReflectiveOperationException {
        return new Loader(mutated)
                .loadClass(MutantHunt.class.getName())
                .asSubclass(Supplier.class)
                .getDeclaredConstructor()
                .newInstance()
                .get()
                .toString();
    }

    private static void say(String what, String found) {
        System.out.println(what + ": " + found.lines().findFirst().orElse(""));
    }

    /// The classes of the mutated file, by name.
    private static Map<String, byte[]> compile(Mutant mutant) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String name = "io/octavo/log/" + mutant.type + ".java";
        String text = mutant.source();
        JavaFileObject source =
                new SimpleJavaFileObject(
                        URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreErrors) {
                        return text;
                    }
                };
        Map<String, ByteArrayOutputStream> classes = new HashMap<>();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                JavaFileManager inMemory = inMemory(standard, classes)) {
            List<String> options = List.of("-cp", classPath(), "-proc:none", "-nowarn");
            boolean compiled =
                    compiler.getTask(null, inMemory, null, options, null, List.of(source)).call();
            assertThat(compiled).as("%s compiles", mutant).isTrue();
        }
        return classes.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toByteArray()));
    }

    private static JavaFileManager inMemory(
            JavaFileManager standard, Map<String, ByteArrayOutputStream> classes) {
        return new ForwardingJavaFileManager<>(standard) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location,
                    String name,
                    JavaFileObject.Kind kind,
                    javax.tools.FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return classes.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
                    }
                };
            }
        };
    }

    /// Where the log's classes are, and those that it uses.
    private static String classPath() {
        return Stream.of(Log.class, RecordBatch.class, Clock.class, Logger.class, NullMarked.class)
                .map(MutantsTest::place)
                .collect(Collectors.joining(System.getProperty("path.separator")));
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(type + " is nowhere", e);
        }
    }

    /// Loads all of the log and its tests anew, a part of it mutated.
    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> mutated;

        Loader(Map<String, byte[]> mutated) {
            super(MutantsTest.class.getClassLoader());
            this.mutated = mutated;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.octavo.log.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            byte[] bytes = mutated.get(name);
            if (bytes == null) {
                String file = name.replace('.', '/') + ".class";
                try (InputStream in = getParent().getResourceAsStream(file)) {
                    if (in == null) {
                        throw new ClassNotFoundException(name);
                    }
                    bytes = in.readAllBytes();
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
