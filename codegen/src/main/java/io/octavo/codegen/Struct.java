package io.octavo.codegen;

import java.util.List;

/// A struct: the body of a message, or something inside it.
///
/// @param name as in the schema, and the record's
/// @param versions the versions of the message in which it can occur
/// @param fields in the order of the wire
record Struct(String name, Versions versions, List<Field> fields) {
    /// @return the tagged fields, in the order of their tags
    List<Field> taggedFields() {
        return fields.stream()
                .filter(field -> field.tag() >= 0)
                .sorted((a, b) -> Integer.compare(a.tag(), b.tag()))
                .toList();
    }
}
