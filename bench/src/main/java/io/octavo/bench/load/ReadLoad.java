package io.octavo.bench.load;

/// What consumers are asked to read; every setting is the client's default.
///
/// @param records how many, all consumers together
/// @param consumers how many, each with connections of its own
/// @param grouped whether they share the partitions through a group; otherwise each has its own
///   assigned from the start
/// @param again whether a consumer that has come to the end of a partition begins anew there
public record ReadLoad(long records, int consumers, boolean grouped, boolean again) {
    /// One consumer, assigned, that begins anew at the end.
    public static ReadLoad alone(long records) {
        return new ReadLoad(records, 1, false, true);
    }

    /// For the table.
    public String title() {
        return (consumers == 1 ? "1 consumer" : consumers + " consumers")
                + (grouped ? " of a group" : ", assigned");
    }
}
