package io.octavo.broker.group;

import com.google.re2j.Pattern;
import io.octavo.log.Log;
import io.octavo.ports.Clock;
import io.octavo.ports.Mutation;
import io.octavo.protocol.record.RecordBatch;
import java.util.List;
import org.slf4j.Logger;

/// A bug of one line that [GroupMutantsTest] puts into a copy of the source of what coordinates
/// groups. Described in `docs/design/groups.md`.
enum GroupMutant {
    SERVED_BEFORE_IT_IS_COMMITTED(
            "24",
            "shard.Led",
            "machine != null && partition.highWatermark() >= loadedEnd",
            "machine != null"),
    A_PART_IS_LOADED(
            "25",
            "shard.Loading",
            "            throw new IOException(log.name() + \" is not understood: \" + wrong, wrong);\n",
            ""),
    STALE_GENERATION_SYNCS(
            "A",
            "group.ClassicSync",
            "request.generationId() != group.generation()",
            "request.generationId() > group.generation()"),
    TAKEN_BEFORE_IT_IS_GIVEN_UP(
            "B",
            "group.consumer.Reconciliation",
            "String owner = state.owner(topic, partition);",
            "String owner = null;"),
    WHO_IS_FORGOTTEN_BRINGS_BACK_WHAT_IT_HAD(
            "C",
            "group.ClassicCalls",
            "state.member(id) == null && !subscription.ownedPartitions().isEmpty()",
            "false");

    static final Mutation.Hunt HUNT =
            new Mutation.Hunt(
                    "io.octavo.broker",
                    GroupMutantHunt.class,
                    List.of(
                            Groups.class,
                            Log.class,
                            RecordBatch.class,
                            Clock.class,
                            Logger.class,
                            Pattern.class));

    private final String number;
    private final String type;
    private final String right;
    private final String wrong;

    GroupMutant(String number, String type, String right, String wrong) {
        this.number = number;
        this.type = type;
        this.right = right;
        this.wrong = wrong;
    }

    Mutation mutation() {
        return new Mutation(number + ", " + this, "io.octavo.broker." + type, right, wrong);
    }
}
