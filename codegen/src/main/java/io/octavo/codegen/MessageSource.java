package io.octavo.codegen;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import io.octavo.codegen.Schema.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/// Writes the Java file of one message: a record, with the records of its structs inside.
final class MessageSource {
    private static final String WIRE = "io.octavo.protocol.wire.";
    private static final String API = "io.octavo.protocol.api.";

    /// Every type that generated code may mention, by its simple name.
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("Api", API + "Api"),
                    Map.entry("VersionRange", API + "VersionRange"),
                    Map.entry("ByteRecords", WIRE + "ByteRecords"),
                    Map.entry("MalformedFrame", WIRE + "MalformedFrame"),
                    Map.entry("Message", WIRE + "Message"),
                    Map.entry("Reader", WIRE + "Reader"),
                    Map.entry("Records", WIRE + "Records"),
                    Map.entry("Request", WIRE + "Request"),
                    Map.entry("Response", WIRE + "Response"),
                    Map.entry("UnsupportedVersion", WIRE + "UnsupportedVersion"),
                    Map.entry("Uuid", WIRE + "Uuid"),
                    Map.entry("Writer", WIRE + "Writer"),
                    Map.entry("ByteBuffer", "java.nio.ByteBuffer"),
                    Map.entry("List", "java.util.List"),
                    Map.entry("Nullable", "org.jspecify.annotations.Nullable"));

    private final String packageName;
    private final Schema schema;
    private final Source body = new Source();

    private MessageSource(String packageName, Schema schema) {
        this.packageName = packageName;
        this.schema = schema;
    }

    /// @return the text of the file
    static String of(String packageName, Schema schema) {
        return new MessageSource(packageName, schema).file();
    }

    private String file() {
        for (String name : schema.structs().keySet()) {
            if (TYPES.containsKey(name) || name.equals(schema.name())) {
                throw new BadSchema(schema.name(), "a struct cannot be called " + name);
            }
        }
        message();
        String text = body.toString();
        Source head = new Source();
        head.line("// Generated from " + schema.name() + ".json: change that, or the generator.");
        head.line("package " + packageName + ";").line("");
        Set<String> imports =
                text.lines()
                        .filter(line -> !line.strip().startsWith("///"))
                        .flatMap(line -> Stream.of(line.split("\\W+", -1)))
                        .filter(TYPES::containsKey)
                        .map(TYPES::get)
                        .collect(toCollection(TreeSet::new));
        imports.forEach(name -> head.line("import " + name + ";"));
        return head.line("") + text;
    }

    private void message() {
        Struct struct = schema.body();
        Versions versions = struct.versions();
        body.doc(title(), "");
        docComponents(struct);
        declare(struct, interfaceName());
        body.line("/// The versions that can be read and written.");
        body.line(
                "public static final VersionRange VERSIONS = new VersionRange(%d, %d);"
                        .formatted(versions.min(), versions.max()));
        body.line("");
        if (schema.kind() == Kind.REQUEST) {
            api();
        } else if (schema.kind() == Kind.COORDINATOR_KEY
                || schema.kind() == Kind.COORDINATOR_VALUE) {
            body.line("/// The number in front of the keys of such records.");
            body.line("public static final short RECORD_TYPE = " + schema.apiKey() + ";");
            body.line("");
        }
        members(struct);
        for (Struct inner : schema.structs().values()) {
            body.line("");
            body.doc("`" + inner.name() + "` of [" + schema.name() + "].", "");
            docComponents(inner);
            declare(inner, "Message");
            members(inner);
            body.line("}");
        }
        body.line("}");
    }

    private String title() {
        String versions =
                schema.body().versions()
                        + (schema.flexible().isEmpty()
                                ? ", never flexible"
                                : ", flexible from " + schema.flexible().min());
        return switch (schema.kind()) {
            case REQUEST, RESPONSE ->
                    "`%s`: API %d, versions %s."
                            .formatted(schema.name(), schema.apiKey(), versions);
            case HEADER, DATA -> "`%s`: versions %s.".formatted(schema.name(), versions);
            case COORDINATOR_KEY, COORDINATOR_VALUE ->
                    "`%s`: record type %d, versions %s."
                            .formatted(schema.name(), schema.apiKey(), versions);
        };
    }

    private String interfaceName() {
        return switch (schema.kind()) {
            case REQUEST -> "Request";
            case RESPONSE -> "Response";
            case HEADER, DATA, COORDINATOR_KEY, COORDINATOR_VALUE -> "Message";
        };
    }

    private void docComponents(Struct struct) {
        body.line("///");
        for (Field field : struct.fields()) {
            Versions present = field.versions().intersect(struct.versions());
            String versions =
                    present.equals(struct.versions())
                            ? ""
                            : present.min() == present.max()
                                    ? " Version " + present + "."
                                    : " Versions " + present + ".";
            String tag = field.tag() < 0 ? "" : " Tag " + field.tag() + ".";
            body.doc("@param " + field.component() + " " + field.about() + versions + tag, "    ");
        }
    }

    private void declare(Struct struct, String interfaceName) {
        String components = each(struct, field -> declaration(field, struct));
        body.line(
                "public record %s(%s) implements %s {"
                        .formatted(struct.name(), components, interfaceName));
    }

    private void api() {
        String request = schema.name();
        String name = request.replaceFirst("Request$", "");
        String response = name + "Response";
        String flexibleFrom =
                schema.flexible().isEmpty() ? "Api.NEVER" : "" + schema.flexible().min();
        body.line("/// Key, versions and readers.");
        body.line(
                ("public static final Api<%1$s, %2$s> API = new Api<>(%3$d, \"%4$s\", VERSIONS,"
                                + " %5$s, %6$s, %1$s::read, %2$s::read);")
                        .formatted(
                                request,
                                response,
                                schema.apiKey(),
                                name,
                                flexibleFrom,
                                schema.latestUnstable()));
        body.line("");
    }

    private void members(Struct struct) {
        String name = struct.name();
        String literals = each(struct, field -> field.literal(struct.versions()));
        body.line("private static final %s DEFAULTS = new %s(%s);".formatted(name, name, literals));
        body.line("");
        body.line("/// Every field at its default.");
        body.line("public static " + name + " defaults() {");
        body.line("return DEFAULTS;");
        body.line("}");
        new ReadMethod(schema, struct).writeTo(body);
        new WriteMethod(schema, struct).writeTo(body);
        for (Field field : struct.fields()) {
            wither(struct, field);
        }
        if (isComparedWithDefaults(struct)) {
            body.line("");
            body.line("private boolean isDefault() {");
            body.line("return this == DEFAULTS || equals(DEFAULTS);");
            body.line("}");
        }
    }

    private void wither(Struct struct, Field field) {
        String name = field.component();
        String wither = "with" + FieldType.capitalized(name);
        body.line("");
        body.line(
                "public %s %s(%s) {".formatted(struct.name(), wither, declaration(field, struct)));
        String components = each(struct, Field::component);
        body.line("return new %s(%s);".formatted(struct.name(), components));
        body.line("}");
    }

    private boolean isComparedWithDefaults(Struct struct) {
        List<Struct> all = new ArrayList<>(schema.structs().values());
        all.add(schema.body());
        return all.stream()
                .anyMatch(outer ->
                        outer.fields().stream()
                                .filter(field -> field.type().isStruct())
                                .filter(field -> struct.name().equals(field.type().struct()))
                                .anyMatch(field -> WriteMethod.asksIfSet(field, outer)));
    }

    private static String declaration(Field field, Struct struct) {
        return (field.nullable(struct.versions()) ? "@Nullable " : "")
                + field.type().java()
                + " "
                + field.component();
    }

    private static String each(Struct struct, Function<Field, String> text) {
        return struct.fields().stream().map(text).collect(joining(", "));
    }
}
