package io.octavo.codegen;

/// What a schema may say about a field.
final class FieldCheck {
    private FieldCheck() {}

    /// @throws BadSchema naming the first rule that `field` breaks
    static void check(Field field, Struct struct, Schema schema, String where) {
        FieldType type = field.type();
        if (type.struct() != null) {
            if (!schema.structs().containsKey(type.struct())) {
                throw new BadSchema(where, "there is no struct " + type.struct());
            }
            Struct element = schema.struct(type.struct());
            if (type.list() && schema.bytesMin(element) == 0) {
                throw new BadSchema(where, "elements that may take no bytes cannot be bounded");
            }
        }
        if (!field.nullable().isEmpty() && !type.canBeNull()) {
            throw new BadSchema(where, "a " + type.java() + " cannot be null");
        }
        if (field.fallback().equals("null") && !field.nullable().contains(field.versions())) {
            throw new BadSchema(where, "the default is null, but not every version allows null");
        }
        if (type.scalar() == FieldType.Scalar.RECORDS
                && !field.plain(struct.versions()).equals(struct.versions())) {
            throw new BadSchema(where, "records must be there in every version, and not tagged");
        }
        checkTag(field, schema, where);
        checkDefault(field, where);
    }

    private static void checkTag(Field field, Schema schema, String where) {
        Versions tagged = field.tagged();
        if (tagged.isEmpty() != (field.tag() < 0)) {
            throw new BadSchema(where, "a tagged field has a tag and taggedVersions");
        }
        if (tagged.isEmpty()) {
            return;
        }
        if (tagged.max() != Versions.OPEN
                || !field.versions().contains(tagged)
                || !schema.flexible().contains(tagged)) {
            throw new BadSchema(
                    where,
                    ("taggedVersions %s must be open, and within the field's %s and the flexible"
                                    + " versions %s")
                            .formatted(tagged, field.versions(), schema.flexible()));
        }
        if (!field.versions().equals(tagged)) {
            throw new BadSchema(where, "a field that became tagged later is not supported");
        }
    }

    private static void checkDefault(Field field, String where) {
        String text = field.fallback();
        if (text.isEmpty() || text.equals("null")) {
            return;
        }
        boolean fits =
                !field.type().list()
                        && switch (field.type().scalar()) {
                            case BOOL ->
                                    text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
                            case INT8 -> isInteger(text, Byte.MIN_VALUE, Byte.MAX_VALUE);
                            case INT16 -> isInteger(text, Short.MIN_VALUE, Short.MAX_VALUE);
                            case UINT16 -> isInteger(text, 0, 0xffff);
                            case INT32 -> isInteger(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
                            case UINT32 -> isInteger(text, 0, 0xffff_ffffL);
                            case INT64 -> isInteger(text, Long.MIN_VALUE, Long.MAX_VALUE);
                            case FLOAT64 -> text.matches("-?\\d+(\\.\\d+)?");
                            case UUID -> text.matches("[A-Za-z0-9_-]{22}");
                            case STRING ->
                                    text.chars().noneMatch(c -> c < ' ' || c == '"' || c == '\\');
                            case BYTES, RECORDS, STRUCT -> false;
                        };
        if (!fits) {
            throw new BadSchema(where, "\"" + text + "\" is no default for " + field.type().java());
        }
    }

    private static boolean isInteger(String text, long min, long max) {
        try {
            long value = Long.decode(text);
            return value >= min && value <= max;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
