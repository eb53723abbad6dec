package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AbortedInMemoryTest extends AbortedTransactionsScene {
    /// As many as a log keeps if it is alone.
    private static final int EACH = TransactionIndex.IN_MEMORY_MAX;

    @Test
    void whatIsTooMuchOfAllLogsTogetherIsLeftToTheirFiles() throws IOException {
        List<Log> logs = new ArrayList<>();
        for (int i = 0; i < AbortedInMemory.ENTRIES_MAX / EACH; i++) {
            logs.add(logWith(i, EACH));
        }
        disk.checkpoint();
        assertThat(logs).allSatisfy(one -> assertThat(one.aborted().inMemory()).isEqualTo(EACH));

        Log straw = logWith(logs.size(), 1);
        disk.checkpoint();

        for (Log one : logs) {
            assertThat(one.aborted().inMemory()).isZero();
            assertThat(told(one)).hasSize(EACH);
        }
        assertThat(straw.aborted().inMemory()).isZero();
        assertThat(told(straw)).containsExactly(aborted(0));
    }

    private Log logWith(int number, int many) throws IOException {
        Log made = disk.directory().log("many-" + number, Disk.TOPIC, LogConfig.defaults());
        made.append(Batches.of(1), 0);
        for (int i = 0; i < many; i++) {
            made.aborted().add(0, aborted(i));
        }
        return made;
    }

    private static AbortedTransaction aborted(int number) {
        return new AbortedTransaction(number, 2L * number, 2L * number + 1, 2L * number);
    }

    private static List<AbortedTransaction> told(Log log) throws IOException {
        return log.aborted().of(log.view().segment(0), _ -> true);
    }
}
