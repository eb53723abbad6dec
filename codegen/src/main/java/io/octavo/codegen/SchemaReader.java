package io.octavo.codegen;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;

/// Reads one JSON file into a [Schema] and checks that it makes sense. Properties that are not
/// known are refused: a mistyped one would silently change the wire.
final class SchemaReader {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    private static final Set<String> MESSAGE_PROPERTIES =
            words(
                    "apiKey commonStructs fields flexibleVersions latestVersionUnstable "
                            + "listeners name type validVersions");

    /// Of these, `entityType`, `mapKey` and `zeroCopy` mean nothing here.
    private static final Set<String> FIELD_PROPERTIES =
            words(
                    "about default entityType fields flexibleVersions ignorable mapKey name "
                            + "nullableVersions tag taggedVersions type versions zeroCopy");

    private static final Set<String> STRUCT_PROPERTIES = words("fields name versions");

    /// What no component of a generated record can be called: methods that it has already.
    private static final Set<String> RESERVED =
            words(
                    "clone defaults finalize getClass hashCode isDefault notify notifyAll "
                            + "toString wait");

    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*");
    private static final Pattern STRUCT_NAME = Pattern.compile("[A-Z][A-Za-z0-9]*");

    private final String file;
    private final JsonNode json;
    private final Versions flexible;
    private final Map<String, Struct> structs = new LinkedHashMap<>();

    private SchemaReader(String file, JsonNode json) {
        this.file = file;
        this.json = json;
        this.flexible = versions(json, "flexibleVersions", Versions.NONE, file);
    }

    /// @param file the name for error messages
    /// @return the schema; null if it describes a message that no longer has any version
    /// @throws BadSchema if it makes no sense
    static @Nullable Schema read(String file, String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new BadSchema(file, "not JSON: " + e.getMessage());
        }
        return new SchemaReader(file, json).schema();
    }

    private @Nullable Schema schema() {
        refuseUnknown(json, MESSAGE_PROPERTIES, file);
        Schema.Kind kind = kind(text(json, "type", file));
        Versions valid = Versions.parse(text(json, "validVersions", file), file);
        if (valid.isEmpty()) {
            return null;
        }
        if (valid.max() == Versions.OPEN) {
            throw new BadSchema(file, "validVersions must end somewhere");
        }
        String name = text(json, "name", file);
        Struct body = struct(name, valid, json, file);
        for (JsonNode node : json.path("commonStructs")) {
            String common = text(node, "name", file);
            String where = file + ": " + common;
            refuseUnknown(node, STRUCT_PROPERTIES, where);
            Versions versions = versions(node, "versions", null, where).intersect(valid);
            define(struct(common, versions, node, where), where);
        }
        List<String> listeners = new ArrayList<>();
        json.path("listeners").forEach(listener -> listeners.add(listener.asText()));
        Schema schema =
                new Schema(
                        kind,
                        json.path("apiKey").asInt(-1),
                        flexible,
                        json.path("latestVersionUnstable").asBoolean(),
                        List.copyOf(listeners),
                        body,
                        structs);
        check(schema, body);
        structs.values().forEach(struct -> check(schema, struct));
        return schema;
    }

    private Schema.Kind kind(String type) {
        for (Schema.Kind kind : Schema.Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(type)) {
                return kind;
            }
        }
        throw new BadSchema(file, "\"" + type + "\" is no type of message");
    }

    private Struct struct(String name, Versions possible, JsonNode node, String where) {
        if (!STRUCT_NAME.matcher(name).matches()) {
            throw new BadSchema(where, "\"" + name + "\" cannot be the name of a struct");
        }
        if (!node.path("fields").isArray()) {
            throw new BadSchema(where, "a list of fields is missing");
        }
        List<Field> fields = new ArrayList<>();
        Set<String> components = new HashSet<>();
        Set<Integer> tags = new HashSet<>();
        for (JsonNode child : node.path("fields")) {
            Field field = field(child, possible, where);
            if (SourceVersion.isKeyword(field.component())
                    || RESERVED.contains(field.component())) {
                throw new BadSchema(where, "a field cannot be called " + field.name());
            }
            if (!components.add(field.component())) {
                throw new BadSchema(where, "there are two fields " + field.name());
            }
            if (field.tag() >= 0 && !tags.add(field.tag())) {
                throw new BadSchema(where, "there are two fields with tag " + field.tag());
            }
            fields.add(field);
        }
        return new Struct(name, possible, List.copyOf(fields));
    }

    private Field field(JsonNode node, Versions possible, String parent) {
        String name = text(node, "name", parent);
        String where = parent + ": " + name;
        if (!FIELD_NAME.matcher(name).matches()) {
            throw new BadSchema(where, "this cannot be the name of a field");
        }
        refuseUnknown(node, FIELD_PROPERTIES, where);
        FieldType type = FieldType.parse(text(node, "type", where), where);
        Versions tagged = versions(node, "taggedVersions", Versions.NONE, where);
        Versions versions = versions(node, "versions", tagged.isEmpty() ? null : tagged, where);
        Field field =
                new Field(
                        name,
                        type,
                        versions,
                        tagged,
                        node.path("tag").asInt(-1),
                        versions(node, "nullableVersions", Versions.NONE, where),
                        versions(node, "flexibleVersions", flexible, where),
                        node.path("ignorable").asBoolean(),
                        node.path("default").asText(""),
                        node.path("about").asText(""));
        if (node.has("fields")) {
            if (type.struct() == null) {
                throw new BadSchema(where, "only a struct or a list of structs has fields");
            }
            define(struct(type.struct(), possible.intersect(versions), node, where), where);
        }
        return field;
    }

    private void define(Struct struct, String where) {
        if (structs.put(struct.name(), struct) != null) {
            throw new BadSchema(where, "there are two structs " + struct.name());
        }
    }

    /// Checks what can be checked only when all structs are known.
    private void check(Schema schema, Struct struct) {
        String where = file + ": " + struct.name();
        for (Field field : struct.fields()) {
            FieldCheck.check(field, struct, schema, where + "." + field.name());
        }
    }

    private static String text(JsonNode node, String property, String where) {
        JsonNode value = node.path(property);
        if (!value.isTextual()) {
            throw new BadSchema(where, "the property " + property + " is missing");
        }
        return value.asText();
    }

    private static Versions versions(
            JsonNode node, String property, @Nullable Versions otherwise, String where) {
        if (otherwise != null && !node.has(property)) {
            return otherwise;
        }
        return Versions.parse(text(node, property, where), where);
    }

    private static void refuseUnknown(JsonNode node, Set<String> known, String where) {
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            if (!known.contains(property.getKey())) {
                throw new BadSchema(where, "the property " + property.getKey() + " is not known");
            }
        }
    }

    private static Set<String> words(String text) {
        return Set.of(text.split(" ", -1));
    }
}
