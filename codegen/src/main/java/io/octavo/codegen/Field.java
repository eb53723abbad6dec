package io.octavo.codegen;

import java.util.Set;

/// One field of a struct.
///
/// @param name as in the schema
/// @param versions where it exists
/// @param tagged where it is a tagged field; an open range or none
/// @param tag its tag; -1 if it is never tagged
/// @param nullable where it may be null
/// @param flexible where its length is compact
/// @param ignorable whether writing drops a value that the version has no field for
/// @param fallback the `default` of the schema; empty if it says nothing or JSON's null, which is
///   not the same as the word "null"
/// @param about the schema's explanation; may be empty
record Field(
        String name,
        FieldType type,
        Versions versions,
        Versions tagged,
        int tag,
        Versions nullable,
        Versions flexible,
        boolean ignorable,
        String fallback,
        String about) {
    /// Names that the generated methods use themselves.
    private static final Set<String> TAKEN =
            Set.of("in", "out", "version", "flexible", "tags", "tag", "i", "end", "start");

    /// @return the name of the record's component
    String component() {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /// @return the name of a local variable for it
    String local() {
        return TAKEN.contains(component()) ? component() + "Value" : component();
    }

    /// @return an expression for it inside the record's own methods
    String self() {
        return TAKEN.contains(component()) ? "this." + component() : component();
    }

    /// @return where it is written in place, among `possible`
    Versions plain(Versions possible) {
        return (tagged.isEmpty() ? versions : versions.before(tagged.min())).intersect(possible);
    }

    /// @return whether it may be null in some of the `possible` versions
    boolean nullable(Versions possible) {
        return fallback.equals("null")
                || !nullable.intersect(versions).intersect(possible).isEmpty();
    }

    /// The Java literal of its default.
    String literal(Versions possible) {
        if (fallback.equals("null")
                || (fallback.isEmpty()
                        && type.scalar() == FieldType.Scalar.RECORDS
                        && nullable(possible))) {
            return "null";
        }
        if (type.list()) {
            return "List.of()";
        }
        String number = fallback.isEmpty() ? "0" : fallback;
        return switch (type.scalar()) {
            case BOOL -> fallback.equalsIgnoreCase("true") ? "true" : "false";
            case INT8 -> "(byte) " + number;
            case INT16 -> "(short) " + number;
            case UINT16, INT32 -> number;
            case UINT32, INT64 -> number + "L";
            case FLOAT64 -> Double.parseDouble(number) + "";
            case UUID -> fallback.isEmpty() ? "Uuid.ZERO" : "Uuid.parse(\"" + fallback + "\")";
            case STRING -> "\"" + fallback + "\"";
            case BYTES -> "ByteBuffer.allocate(0)";
            case RECORDS -> "ByteRecords.EMPTY";
            case STRUCT -> type.struct() + ".defaults()";
        };
    }

    /// A Java expression that is true when the value is not the default.
    String isSet(Versions possible) {
        String it = self();
        String literal = literal(possible);
        if (literal.equals("null")) {
            return it + " != null";
        }
        String orNull = nullable(possible) ? it + " == null || " : "";
        if (type.list()) {
            return orNull + "!" + it + ".isEmpty()";
        }
        return switch (type.scalar()) {
            case BOOL -> literal.equals("true") ? "!" + it : it;
            case INT8, INT16, UINT16, INT32, UINT32, INT64, FLOAT64 -> it + " != " + literal;
            case UUID -> orNull + "!" + it + ".equals(" + literal + ")";
            case STRING ->
                    orNull
                            + (fallback.isEmpty()
                                    ? "!" + it + ".isEmpty()"
                                    : "!" + it + ".equals(" + literal + ")");
            case BYTES -> orNull + it + ".hasRemaining()";
            case RECORDS -> orNull + it + ".sizeBytes() != 0";
            case STRUCT -> orNull + "!" + it + ".isDefault()";
        };
    }
}
