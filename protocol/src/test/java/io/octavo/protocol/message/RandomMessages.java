package io.octavo.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.ports.Randomness;
import io.octavo.protocol.message.GeneratedMessage.Component;
import io.octavo.protocol.wire.ByteRecords;
import io.octavo.protocol.wire.Message;
import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Type;
import org.jspecify.annotations.Nullable;

/// Makes messages from a seed, and says them in Kafka's JSON. Which fields a version has, and which
/// may be null, is what Kafka's own schema says; of a message without one, every field there is.
final class RandomMessages {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int STRING_CHARS_LONG = 300;
    private static final int BYTES_LONG = 5000;

    private final @Nullable KafkaMessage kafka;
    private final Randomness random;
    private final boolean small;

    /// @param small whether long strings, byte arrays and lists are left out
    RandomMessages(@Nullable KafkaMessage kafka, Randomness random, boolean small) {
        this.kafka = kafka;
        this.random = random;
        this.small = small;
    }

    Message next(GeneratedMessage message, int version) {
        return (Message) struct(message, kafka == null ? null : kafka.schema(version));
    }

    private Object struct(GeneratedMessage message, @Nullable Schema schema) {
        Object defaults = message.defaults();
        List<@Nullable Object> values = new ArrayList<>();
        for (Component component : message.components()) {
            Type type =
                    schema == null || kafka == null ? null : kafka.field(schema, component.name());
            boolean absent = schema != null && type == null;
            if (absent || random.nextInt(4) == 0) {
                values.add(component.of(defaults));
                continue;
            }
            boolean nullable = type == null ? component.nullable() : type.isNullable();
            values.add(nullable && random.nextInt(5) == 0 ? null : value(component, type));
        }
        return message.make(values);
    }

    private Object value(Component component, @Nullable Type type) {
        if (!component.isList()) {
            return scalar(component.type(), type);
        }
        Type element = type == null ? null : type.arrayElementType().orElseThrow();
        int size = random.nextInt(4);
        if (!small
                && random.nextInt(50) == 0
                && !Message.class.isAssignableFrom(component.element())) {
            size = 130;
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(scalar(component.element(), element));
        }
        return list;
    }

    private Object scalar(Class<?> java, @Nullable Type type) {
        if (Message.class.isAssignableFrom(java)) {
            return struct(GeneratedMessage.of(java), (Schema) type);
        }
        // A short number as often as one that fills the type.
        long bits = random.nextLong() >> (random.nextInt(2) == 0 ? 0 : 56);
        if (type == null) {
            bits &= Short.MAX_VALUE; // whether signed or not is known only from a schema
        } else if (type == Type.UINT16) {
            bits &= 0xffff;
        } else if (type == Type.UNSIGNED_INT32) {
            bits &= 0xffff_ffffL;
        }
        return switch (java.getSimpleName()) {
            case "boolean" -> random.nextInt(2) == 0;
            case "byte", "Byte" -> (byte) bits;
            case "short", "Short" -> (short) bits;
            case "int", "Integer" -> (int) bits;
            case "long", "Long" -> bits;
            case "double" -> bits / 3.0;
            case "String" -> string();
            case "Uuid" -> new Uuid(bits, random.nextLong());
            case "ByteBuffer" -> bytes();
            case "Records" -> new ByteRecords(bytes());
            default -> throw new AssertionError("no random " + java);
        };
    }

    private String string() {
        boolean longer = !small && random.nextInt(20) == 0;
        int chars = random.nextInt(longer ? STRING_CHARS_LONG : 8);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < chars; i++) {
            switch (random.nextInt(20)) {
                case 0 -> text.append('\u00e9');
                case 1 -> text.append('\u20ac');
                case 2 -> text.appendCodePoint(0x1f4d3);
                case 3 -> text.append('\0');
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    private ByteBuffer bytes() {
        boolean longer = !small && random.nextInt(10) == 0;
        byte[] bytes = new byte[random.nextInt(longer ? BYTES_LONG : 10)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextLong();
        }
        return ByteBuffer.wrap(bytes);
    }

    /// Says a message in JSON: what Kafka's converter takes for that version.
    static JsonNode json(KafkaMessage kafka, Message message, int version) {
        return json(kafka, message, kafka.schema(version));
    }

    private static JsonNode json(KafkaMessage kafka, @Nullable Object value, Type type) {
        return switch (value) {
            case null -> JSON.nullNode();
            case Boolean it -> JSON.booleanNode(it);
            case Byte it -> JSON.numberNode((short) it);
            case Short it -> JSON.numberNode(it);
            case Integer it -> JSON.numberNode(it);
            case Long it -> JSON.numberNode(it);
            case Double it -> JSON.numberNode(it);
            case String it -> JSON.textNode(it);
            case Uuid it -> JSON.textNode(it.toString());
            case ByteBuffer it -> JSON.binaryNode(array(it));
            case ByteRecords it -> JSON.binaryNode(array(it.buffer()));
            case List<?> it -> {
                Type element = type.arrayElementType().orElseThrow();
                ArrayNode list = JSON.arrayNode();
                it.forEach(each -> list.add(json(kafka, each, element)));
                yield list;
            }
            default -> {
                ObjectNode object = JSON.objectNode();
                for (Component component : GeneratedMessage.of(value.getClass()).components()) {
                    Type field = kafka.field((Schema) type, component.name());
                    if (field != null) {
                        object.set(component.name(), json(kafka, component.of(value), field));
                    }
                }
                yield object;
            }
        };
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
