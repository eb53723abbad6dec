package io.octavo.codegen;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message: what one JSON file says.
///
/// @param apiKey of a request or response, the API; of a coordinator's record, its type; else -1
/// @param flexible the versions with compact lengths and tagged fields
/// @param latestUnstable whether the highest version is still considered unfinished
/// @param listeners who serves it; only of requests
/// @param body the message itself
/// @param structs what is inside it, by name, in the order of appearance
record Schema(
        Kind kind,
        int apiKey,
        Versions flexible,
        boolean latestUnstable,
        List<String> listeners,
        Struct body,
        Map<String, Struct> structs) {
    /// What a message is for: the `type` in the JSON.
    enum Kind {
        REQUEST,
        RESPONSE,
        HEADER,
        DATA,
        COORDINATOR_KEY,
        COORDINATOR_VALUE
    }

    String name() {
        return body.name();
    }

    /// @return the struct of that name
    Struct struct(@Nullable String name) {
        Struct struct = name == null ? null : structs.get(name);
        if (struct == null) {
            throw new BadSchema(name(), "there is no struct " + name);
        }
        return struct;
    }

    /// The fewest bytes that a struct takes in any of its versions. A reader multiplies it with the
    /// length of a list before it believes that length.
    int bytesMin(Struct struct) {
        int least = Integer.MAX_VALUE;
        for (int version = struct.versions().min(); version <= struct.versions().max(); version++) {
            int bytes = flexible.contains(version) ? 1 : 0;
            for (Field field : struct.fields()) {
                if (field.plain(struct.versions()).contains(version)) {
                    bytes += bytesMin(field, version);
                }
            }
            least = Math.min(least, bytes);
        }
        return least;
    }

    private int bytesMin(Field field, int version) {
        FieldType type = field.type();
        if (type.isStruct()) {
            return field.nullable().contains(version) ? 1 : bytesMin(struct(type.struct()));
        }
        if (!type.hasLength()) {
            return type.scalar().bytes;
        }
        if (field.flexible().contains(version)) {
            return 1;
        }
        return type.scalar() == FieldType.Scalar.STRING && !type.list() ? 2 : 4;
    }
}
