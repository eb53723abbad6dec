package io.octavo.codegen;

import static java.util.stream.Collectors.joining;

import java.util.List;

/// Writes the `read` method of a struct: one local variable for each field, in the order of the
/// wire, guarded by the version where it matters.
final class ReadMethod {
    private final Schema schema;
    private final Struct struct;

    ReadMethod(Schema schema, Struct struct) {
        this.schema = schema;
        this.struct = struct;
    }

    void writeTo(Source source) {
        String name = struct.name();
        boolean message = struct == schema.body();
        source.line("");
        if (message) {
            source.line("/// @throws MalformedFrame if the bytes are no such message");
        }
        String visibility = message ? "public" : "private";
        source.line(visibility + " static " + name + " read(Reader in, int version) {");
        if (message) {
            source.line("if (!VERSIONS.contains(version)) {");
            source.line("throw MalformedFrame.version(\"" + name + "\", version);");
            source.line("}");
        }
        String flexible = schema.flexible().condition(struct.versions());
        if (!isConstant(flexible)) {
            source.line("boolean flexible = " + flexible + ";");
        }
        for (Field field : struct.fields()) {
            if (field.tag() < 0) {
                source.line(field.type().java() + " " + field.local() + " = " + value(field) + ";");
            }
        }
        if (!flexible.equals("false")) {
            tags(source, flexible);
        }
        String locals = struct.fields().stream().map(Field::local).collect(joining(", "));
        source.line("return new " + name + "(" + locals + ");");
        source.line("}");
    }

    /// The expression that reads an untagged field, or is its default where it does not exist.
    private String value(Field field) {
        Versions present = field.plain(struct.versions());
        Versions nullable = field.nullable().intersect(present);
        String value = read(field, !nullable.isEmpty(), nullable.isEmpty() ? present : nullable);
        if (!nullable.isEmpty() && !nullable.equals(present)) {
            String notNull = read(field, false, present.without(nullable));
            value = "%s ? %s : %s".formatted(nullable.condition(present), value, notNull);
        }
        String condition = present.condition(struct.versions());
        String absent = field.literal(struct.versions());
        return switch (condition) {
            case "true" -> value;
            case "false" -> absent;
            default -> condition + " ? " + parenthesized(value) + " : " + absent;
        };
    }

    private static String parenthesized(String value) {
        return value.contains(" ? ") ? "(" + value + ")" : value;
    }

    private String read(Field field, boolean nullable, Versions present) {
        FieldType type = field.type();
        if (type.isStruct()) {
            String read = type.struct() + ".read(in, version)";
            boolean tagged = field.tag() >= 0;
            return nullable ? "in.present(" + tagged + ") ? " + read + " : null" : read;
        }
        String method = type.method(nullable);
        if (!type.hasLength()) {
            return "in." + method + "()";
        }
        String flexible = flexible(field, present);
        if (!type.isStructList()) {
            return "in." + method + "(" + flexible + ")";
        }
        int bytesMin = schema.bytesMin(schema.struct(type.struct()));
        return "in.%s(%s, %d, %s::read, version)"
                .formatted(method, flexible, bytesMin, type.struct());
    }

    /// Whether lengths are compact, as a Java expression: a constant where `present` decides it.
    static String flexible(Field field, Versions present) {
        String condition = field.flexible().condition(present);
        return isConstant(condition) ? condition : "flexible";
    }

    static boolean isConstant(String condition) {
        return condition.equals("true") || condition.equals("false");
    }

    private void tags(Source source, String flexible) {
        List<Field> tagged = struct.taggedFields();
        for (Field field : tagged) {
            String literal = field.literal(struct.versions());
            source.line(field.type().java() + " " + field.local() + " = " + literal + ";");
        }
        if (!flexible.equals("true")) {
            source.line("if (flexible) {");
        }
        if (tagged.isEmpty()) {
            source.line("in.skipTags();");
        } else {
            loop(source, tagged);
        }
        if (!flexible.equals("true")) {
            source.line("}");
        }
    }

    private void loop(Source source, List<Field> tagged) {
        Versions possible = schema.flexible().intersect(struct.versions());
        source.line("int tags = in.tagCount();");
        source.line("for (int i = 0, tag = -1; i < tags; i++) {");
        source.line("tag = in.tag(tag);");
        source.line("int end = in.tagEnd();");
        String otherwise = "";
        for (Field field : tagged) {
            Versions present = field.tagged().intersect(possible);
            String condition = present.condition(possible);
            if (condition.equals("false")) {
                continue;
            }
            String guard = condition.equals("true") ? "" : " && " + condition;
            source.line(otherwise + "if (tag == " + field.tag() + guard + ") {");
            boolean nullable = !field.nullable().intersect(present).isEmpty();
            source.line(field.local() + " = " + read(field, nullable, present) + ";");
            otherwise = "} else ";
        }
        source.line("} else {").line("in.skipTag(end);").line("}");
        source.line("in.endTag(end);");
        source.line("}");
    }
}
