package io.octavo.codegen;

import static java.util.stream.Collectors.joining;

import java.util.List;

/// Writes the `write` method of a struct: the mirror of [ReadMethod], and the checks that no value
/// is dropped which the version has no place for.
final class WriteMethod {
    private final Schema schema;
    private final Struct struct;

    WriteMethod(Schema schema, Struct struct) {
        this.schema = schema;
        this.struct = struct;
    }

    /// @return whether writing `struct` depends on `field` being at its default
    static boolean asksIfSet(Field field, Struct struct) {
        return field.tag() >= 0
                || (!field.ignorable() && !field.versions().contains(struct.versions()));
    }

    void writeTo(Source source) {
        source.line("");
        source.line("@Override");
        source.line("public void write(Writer out, int version) {");
        if (struct == schema.body()) {
            source.line("if (!VERSIONS.contains(version)) {");
            source.line("throw UnsupportedVersion.message(\"" + struct.name() + "\", version);");
            source.line("}");
        }
        String flexible = schema.flexible().condition(struct.versions());
        if (!ReadMethod.isConstant(flexible)) {
            source.line("boolean flexible = " + flexible + ";");
        }
        for (Field field : struct.fields()) {
            field(source, field);
        }
        if (!flexible.equals("false")) {
            tags(source, flexible);
        }
        source.line("}");
    }

    private void field(Source source, Field field) {
        Versions possible = struct.versions();
        Versions present = field.versions().intersect(possible);
        if (field.tag() >= 0) {
            if (!field.ignorable() && !present.equals(possible)) {
                String absent = present.isEmpty() ? "" : present.absence(possible) + " && ";
                source.line("if (" + absent + alternatives(field.isSet(possible)) + ") {");
                refuse(source, "field", field);
                source.line("}");
            }
            return;
        }
        String condition = present.condition(possible);
        if (condition.equals("true")) {
            value(source, field, present);
            return;
        }
        source.line("if (" + condition + ") {");
        value(source, field, present);
        if (!field.ignorable()) {
            source.line("} else if (" + field.isSet(possible) + ") {");
            refuse(source, "field", field);
        }
        source.line("}");
    }

    private void refuse(Source source, String reason, Field field) {
        source.line(
                "throw UnsupportedVersion.%s(\"%s\", \"%s\", version);"
                        .formatted(reason, struct.name(), field.component()));
    }

    private void value(Source source, Field field, Versions present) {
        Versions nullable = field.nullable().intersect(present);
        if (nullable.isEmpty() || nullable.equals(present)) {
            source.line(write(field, !nullable.isEmpty(), present));
            return;
        }
        source.line("if (" + nullable.condition(present) + ") {");
        source.line(write(field, true, nullable));
        source.line("} else if (" + field.self() + " == null) {");
        refuse(source, "isNull", field);
        source.line("} else {");
        source.line(write(field, false, present.without(nullable)));
        source.line("}");
    }

    private static String write(Field field, boolean nullable, Versions present) {
        FieldType type = field.type();
        String it = field.self();
        if (type.isStruct()) {
            if (!nullable) {
                return it + ".write(out, version);";
            }
            boolean tagged = field.tag() >= 0;
            return "out.nullableStruct(" + it + ", " + tagged + ", version);";
        }
        String flexible = type.hasLength() ? ", " + ReadMethod.flexible(field, present) : "";
        String version = type.isStructList() ? ", version" : "";
        return "out." + type.method(nullable) + "(" + it + flexible + version + ");";
    }

    private void tags(Source source, String flexible) {
        if (!flexible.equals("true")) {
            source.line("if (flexible) {");
        }
        Versions possible = schema.flexible().intersect(struct.versions());
        List<Field> tagged =
                struct.taggedFields().stream()
                        .filter(field -> !field.tagged().intersect(possible).isEmpty())
                        .toList();
        source.line("out.unsignedVarint(" + count(tagged, possible) + ");");
        for (Field field : tagged) {
            Versions present = field.tagged().intersect(possible);
            boolean nullable =
                    !field.nullable().intersect(present).isEmpty()
                            && (field.type().isStruct() || !field.fallback().equals("null"));
            source.line("if (" + isWritten(field, possible) + ") {");
            source.line("int start = out.beginTag(" + field.tag() + ");");
            source.line(write(field, nullable, present));
            source.line("out.endTag(start);");
            source.line("}");
        }
        if (!flexible.equals("true")) {
            source.line("}");
        }
    }

    /// How many of the tagged fields are written, as a Java expression.
    private String count(List<Field> tagged, Versions possible) {
        return switch (tagged.size()) {
            case 0 -> "0";
            case 1 -> isWritten(tagged.getFirst(), possible) + " ? 1 : 0";
            default ->
                    tagged.stream()
                            .map(field -> "(" + isWritten(field, possible) + " ? 1 : 0)")
                            .collect(joining(" + "));
        };
    }

    private String isWritten(Field field, Versions possible) {
        String set = field.isSet(struct.versions());
        String condition = field.tagged().intersect(possible).condition(possible);
        return condition.equals("true") ? set : condition + " && " + alternatives(set);
    }

    private static String alternatives(String condition) {
        return condition.contains(" || ") ? "(" + condition + ")" : condition;
    }
}
