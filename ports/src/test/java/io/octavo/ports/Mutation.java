package io.octavo.ports;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/// A bug of one line, put into the source of a class of the module that is tested: compiled, and
/// loaded with all the classes beside it, which then do not know the real one.
///
/// @param name what it is called where it is said what became of it
/// @param type the class, as `io.octavo.log.Log`
/// @param right what its source has exactly once
/// @param wrong what stands there instead
public record Mutation(String name, String type, String right, String wrong) {
    private static final Path SOURCES = Path.of("src/main/java");

    /// The source with the bug in it.
    ///
    /// @throws IllegalStateException when the line has changed: the bug has to follow it
    private String source() {
        try {
            String text = Files.readString(SOURCES.resolve(file(".java")));
            int at = text.indexOf(right);
            if (at < 0 || text.indexOf(right, at + 1) >= 0) {
                throw new IllegalStateException(
                        type + " has not exactly one \"" + right.strip() + "\"");
            }
            return text.replace(right, wrong);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String file(String ending) {
        return type.replace('.', '/') + ending;
    }

    /// The classes of the mutated file, by name.
    private Map<String, byte[]> compile(Stream<Class<?>> used) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String text = source();
        JavaFileObject source =
                new SimpleJavaFileObject(
                        URI.create("string:///" + file(".java")), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreErrors) {
                        return text;
                    }
                };
        String classPath =
                Stream.concat(Stream.of(Mutation.class, NullMarked.class), used)
                        .map(Mutation::place)
                        .collect(Collectors.joining(System.getProperty("path.separator")));
        Map<String, ByteArrayOutputStream> made = new HashMap<>();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                JavaFileManager inMemory = inMemory(standard, made)) {
            List<String> options = List.of("-cp", classPath, "-proc:none", "-nowarn");
            if (!compiler.getTask(null, inMemory, null, options, null, List.of(source)).call()) {
                throw new IllegalStateException(this + " does not compile");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return made.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toByteArray()));
    }

    private static JavaFileManager inMemory(
            JavaFileManager standard, Map<String, ByteArrayOutputStream> made) {
        return new ForwardingJavaFileManager<>(standard) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return made.computeIfAbsent(name, any -> new ByteArrayOutputStream());
                    }
                };
            }
        };
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(type + " is nowhere", e);
        }
    }

    /// A hunt, for one bug at a time.
    ///
    /// @param root the package all of whose classes are loaded anew
    /// @param hunter of that package; says what it has found
    /// @param used classes from wherever else the compiler needs some
    public record Hunt(String root, Class<? extends Supplier<String>> hunter, List<Class<?>> used) {
        /// Puts the bug into the source and compiles it, for who wants to know without a hunt that
        /// this still can be done.
        ///
        /// @return whether the classes of that source file were made
        /// @throws IllegalStateException when the line has changed: the bug has to follow it
        public boolean compiles(Mutation bug) {
            return compile(bug).containsKey(bug.type);
        }

        /// Hunts, and prints the first line of what was found.
        public String forBug(Mutation bug) {
            return found("mutant " + bug.name, compile(bug));
        }

        /// The same without a bug: else what is found with one would say nothing of it.
        public String forNothing() {
            return found("no mutant", Map.of());
        }

        private Map<String, byte[]> compile(Mutation bug) {
            return bug.compile(Stream.concat(Stream.of(hunter), used.stream()));
        }

        private String found(String what, Map<String, byte[]> mutated) {
            try {
                String found =
                        new Loader(root + ".", hunter.getClassLoader(), mutated)
                                .loadClass(hunter.getName())
                                .asSubclass(Supplier.class)
                                .getDeclaredConstructor()
                                .newInstance()
                                .get()
                                .toString();
                System.out.println(what + ": " + found.lines().findFirst().orElse(""));
                return found;
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Loads all classes of a package anew, some of them mutated.
    private static final class Loader extends ClassLoader {
        private final String prefix;
        private final Map<String, byte[]> mutated;

        Loader(String prefix, ClassLoader parent, Map<String, byte[]> mutated) {
            super(parent);
            this.prefix = prefix;
            this.mutated = mutated;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(prefix)) {
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
