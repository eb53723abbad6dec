package io.octavo.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.protocol.record.Header;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Results for machines: JSON, made from records and maps.
final class Json {
    private static final ObjectMapper LINE = new ObjectMapper();

    private Json() {}

    /// `value` on one line, for streams of results.
    static String line(Object value) {
        try {
            return LINE.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON for " + value.getClass(), e);
        }
    }

    /// `value` over several lines, for one result.
    static String document(Object value) {
        try {
            return LINE.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON for " + value.getClass(), e);
        }
    }

    static ObjectNode object() {
        return LINE.createObjectNode();
    }

    /// Puts what a record holds: `key`, `value`, and `headers` as a list of `name` and `value`.
    static void putRecord(
            ObjectNode node,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<Header> headers) {
        putBytes(node, "key", key);
        putBytes(node, "value", value);
        ArrayNode list = node.putArray("headers");
        headers.forEach(header ->
                putBytes(list.addObject().put("name", header.key()), "value", header.value()));
    }

    /// Puts bytes as text, or, when they are no UTF-8, as `{"base64": ...}`; null as null. The
    /// buffer is not moved.
    private static void putBytes(ObjectNode node, String name, @Nullable ByteBuffer bytes) {
        if (bytes == null) {
            node.putNull(name);
            return;
        }
        try {
            node.put(name, StandardCharsets.UTF_8.newDecoder().decode(bytes.slice()).toString());
        } catch (CharacterCodingException notText) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.slice().get(copy);
            node.putObject(name).put("base64", Base64.getEncoder().encodeToString(copy));
        }
    }
}
