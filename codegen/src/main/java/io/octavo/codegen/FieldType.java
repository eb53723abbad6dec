package io.octavo.codegen;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The type of a field: a scalar of the protocol, a struct, or a list of one of these.
///
/// @param scalar the scalar, or STRUCT
/// @param struct the struct's name; null for a scalar
/// @param list whether this is a list of them
record FieldType(Scalar scalar, @Nullable String struct, boolean list) {
    /// The types that have no fields.
    enum Scalar {
        BOOL("boolean", "Boolean", 1),
        INT8("byte", "Byte", 1),
        INT16("short", "Short", 2),
        UINT16("int", "Integer", 2),
        INT32("int", "Integer", 4),
        UINT32("long", "Long", 4),
        INT64("long", "Long", 8),
        FLOAT64("double", "Double", 8),
        UUID("Uuid", "Uuid", 16),
        STRING("String", "String", 0),
        BYTES("ByteBuffer", "ByteBuffer", 0),
        RECORDS("Records", "Records", 0),
        STRUCT("", "", 0);

        final String java;
        final String boxed;

        /// The size on the wire; 0 if it varies.
        final int bytes;

        Scalar(String java, String boxed, int bytes) {
            this.java = java;
            this.boxed = boxed;
            this.bytes = bytes;
        }
    }

    static FieldType parse(String text, String where) {
        boolean list = text.startsWith("[]");
        String element = list ? text.substring(2) : text;
        if (element.isEmpty() || element.startsWith("[]")) {
            throw new BadSchema(where, "\"" + text + "\" is no type; lists of lists need a struct");
        }
        if (Character.isUpperCase(element.charAt(0))) {
            return new FieldType(Scalar.STRUCT, element, list);
        }
        for (Scalar scalar : Scalar.values()) {
            if (scalar != Scalar.STRUCT && scalar.name().toLowerCase(Locale.ROOT).equals(element)) {
                FieldType type = new FieldType(scalar, null, list);
                if (list && !type.hasList()) {
                    throw new BadSchema(where, "lists of " + element + " are not supported");
                }
                return type;
            }
        }
        throw new BadSchema(where, "\"" + text + "\" is no type");
    }

    boolean isStruct() {
        return scalar == Scalar.STRUCT && !list;
    }

    boolean isStructList() {
        return scalar == Scalar.STRUCT && list;
    }

    boolean canBeNull() {
        return list || scalar.bytes == 0;
    }

    /// @return whether its form depends on whether the version is flexible
    boolean hasLength() {
        return list || (scalar.bytes == 0 && scalar != Scalar.STRUCT);
    }

    String java() {
        if (list) {
            return "List<" + (struct == null ? scalar.boxed : struct) + ">";
        }
        return struct == null ? scalar.java : struct;
    }

    /// The name of the reader's and writer's method for it, as in `int32`, `nullableStrings`,
    /// `list`.
    String method(boolean nullable) {
        if (isStructList()) {
            return nullable ? "nullableList" : "list";
        }
        String name = scalar.name().toLowerCase(Locale.ROOT) + (list ? "s" : "");
        return nullable ? "nullable" + capitalized(name) : name;
    }

    static String capitalized(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private boolean hasList() {
        return switch (scalar) {
            case INT8, INT16, INT32, INT64, UUID, STRING -> true;
            case BOOL, UINT16, UINT32, FLOAT64, BYTES, RECORDS, STRUCT -> false;
        };
    }
}
