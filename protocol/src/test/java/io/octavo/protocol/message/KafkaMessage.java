package io.octavo.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.protocol.api.VersionRange;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.jspecify.annotations.Nullable;

/// Apache Kafka's own class for a message: the oracle.
final class KafkaMessage {
    private static final List<String> NAMES =
            List.of(
                    "org.apache.kafka.common.message.%sData",
                    "org.apache.kafka.common.message.%s",
                    "org.apache.kafka.coordinator.group.generated.%s",
                    "org.apache.kafka.coordinator.transaction.generated.%s");

    private final Class<?> type;
    private final Method fromJson;
    private final Schema[] schemas;
    private final Map<Schema, Map<String, Type>> fields = new HashMap<>();

    private KafkaMessage(Class<?> type) throws ReflectiveOperationException {
        this.type = type;
        this.fromJson =
                Class.forName(type.getName() + "JsonConverter")
                        .getMethod("read", JsonNode.class, short.class);
        this.schemas = (Schema[]) type.getField("SCHEMAS").get(null);
    }

    /// @return Kafka's counterpart; empty for a message of our own
    static Optional<KafkaMessage> of(GeneratedMessage message) {
        for (String name : NAMES) {
            try {
                return Optional.of(new KafkaMessage(Class.forName(name.formatted(message.name()))));
            } catch (ClassNotFoundException e) {
                // The next name, then.
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
        return Optional.empty();
    }

    VersionRange versions() {
        Message message = create();
        return new VersionRange(
                message.lowestSupportedVersion(), message.highestSupportedVersion());
    }

    Schema schema(int version) {
        return schemas[version];
    }

    /// @return a message with every field at Kafka's default
    Message create() {
        try {
            return (Message) type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    Message fromJson(JsonNode json, int version) {
        return (Message) GeneratedMessage.call(fromJson, null, json, (short) version);
    }

    Message read(byte[] bytes, int version) {
        Message message = create();
        message.read(new ByteBufferAccessor(ByteBuffer.wrap(bytes)), (short) version);
        return message;
    }

    static byte[] bytes(Message message, int version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int size = message.size(cache, (short) version);
        ByteBuffer buffer = ByteBuffer.allocate(size);
        message.write(new ByteBufferAccessor(buffer), cache, (short) version);
        return buffer.array();
    }

    /// @return the type of a field, tagged or not; null if the schema has none of that name
    @Nullable Type field(Schema schema, String name) {
        return fields(schema).get(plain(name));
    }

    private Map<String, Type> fields(Schema schema) {
        return fields.computeIfAbsent(
                schema,
                key -> {
                    Map<String, Type> all = new HashMap<>();
                    for (BoundField field : key.fields()) {
                        if (field.def.type instanceof TaggedFields tagged) {
                            for (Field tag : tagged.fields().values()) {
                                all.put(plain(tag.name), tag.type);
                            }
                        } else {
                            all.put(plain(field.def.name), field.def.type);
                        }
                    }
                    return all;
                });
    }

    /// `FooBar`, `fooBar` and `foo_bar` are one name.
    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
