package io.octavo.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.protocol.api.VersionRange;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.MessageReader;
import io.octavo.protocol.wire.Reader;
import io.octavo.protocol.wire.Splice;
import io.octavo.protocol.wire.Writer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A generated record, or a record inside one, as seen by reflection.
final class GeneratedMessage {
    private static final Map<Class<?>, GeneratedMessage> KNOWN = new ConcurrentHashMap<>();

    private final Class<?> type;
    private final List<Component> components;
    private final Constructor<?> constructor;

    /// @param element what a list holds; the type itself if it is none
    record Component(
            String name, Class<?> type, Class<?> element, boolean nullable, Method accessor) {
        boolean isList() {
            return type == List.class;
        }

        Object of(Object message) {
            return call(accessor, message);
        }
    }

    private GeneratedMessage(Class<?> type) {
        this.type = type;
        RecordComponent[] parts = type.getRecordComponents();
        components = Stream.of(parts).map(GeneratedMessage::component).toList();
        try {
            constructor =
                    type.getDeclaredConstructor(
                            Stream.of(parts).map(RecordComponent::getType).toArray(Class[]::new));
        } catch (NoSuchMethodException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static GeneratedMessage of(Class<?> type) {
        return KNOWN.computeIfAbsent(type, GeneratedMessage::new);
    }

    /// @return every generated message, by reading the directory they were compiled into
    static List<GeneratedMessage> all() {
        try {
            Path classes =
                    Path.of(
                            FetchRequest.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            String packageName = FetchRequest.class.getPackageName();
            try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
                return files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(".class"))
                        .filter(file -> !file.contains("$") && !file.startsWith("package-info"))
                        .map(file -> file.substring(0, file.length() - ".class".length()))
                        .sorted()
                        .map(name -> of(type(packageName + "." + name)))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    String name() {
        return type.getSimpleName();
    }

    List<Component> components() {
        return components;
    }

    VersionRange versions() {
        try {
            return (VersionRange) type.getField("VERSIONS").get(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    Object defaults() {
        return call(method("defaults"), null);
    }

    Object make(List<@Nullable Object> values) {
        try {
            return constructor.newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /// @return the generated `read`
    MessageReader<Object> reader() {
        try {
            MethodHandle read =
                    MethodHandles.publicLookup()
                            .unreflect(method("read", Reader.class, int.class))
                            .asType(MethodType.methodType(Object.class, Reader.class, int.class));
            return (in, version) -> {
                try {
                    return (Object) read.invokeExact(in, version);
                } catch (RuntimeException | Error e) {
                    throw e;
                } catch (Throwable e) {
                    throw new AssertionError("a checked exception", e);
                }
            };
        } catch (IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /// @return the bytes on the wire, with the splices in their places
    static byte[] bytes(Message message, int version) {
        Writer writer = Writer.heap(16);
        message.write(writer, version);
        ByteBuffer flat = ByteBuffer.allocate(writer.sizeBytes());
        ByteBuffer own = writer.bytes();
        for (Splice splice : writer.splices()) {
            flat.put(own.slice(own.position(), splice.position() - own.position()));
            own.position(splice.position());
            assertThat(splice.records()).isInstanceOf(ByteRecords.class);
            flat.put(((ByteRecords) splice.records()).buffer().duplicate());
        }
        flat.put(own);
        assertThat(flat.hasRemaining()).as("bytes that sizeBytes() counts too many").isFalse();
        return flat.array();
    }

    @Override
    public String toString() {
        return name();
    }

    private Method method(String name, Class<?>... parameters) {
        try {
            return type.getMethod(name, parameters);
        } catch (NoSuchMethodException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Component component(RecordComponent part) {
        boolean nullable = part.getAnnotatedType().isAnnotationPresent(Nullable.class);
        Class<?> element =
                part.getGenericType() instanceof ParameterizedType list
                        ? (Class<?>) list.getActualTypeArguments()[0]
                        : part.getType();
        return new Component(part.getName(), part.getType(), element, nullable, part.getAccessor());
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static Object call(Method method, @Nullable Object self, Object... arguments) {
        try {
            return method.invoke(self, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
