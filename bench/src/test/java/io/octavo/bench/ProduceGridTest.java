package io.octavo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.bench.ProduceGrid.Cell;
import io.octavo.bench.load.ProduceLoad;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProduceGridTest {
    @Test
    void eachCellHasANameOfItsOwn() {
        List<String> names = ProduceGrid.all().stream().map(Cell::name).toList();

        assertThat(names).hasSize(4 * 3 * 3 * 2 * 3 * 2).doesNotHaveDuplicates();
        assertThat(names).contains("produce.10k.single.acksall.lz4.x16.p600");
    }

    @Test
    void everyAxisIsVariedFromTheBase() {
        List<String> names = ProduceGrid.usual().stream().map(Cell::name).toList();

        assertThat(names)
                .startsWith("produce.1k.16k.acks1.none.x1.p6")
                .contains(
                        "produce.100.16k.acks1.none.x1.p6",
                        "produce.1k.single.acks1.none.x1.p6",
                        "produce.1k.16k.acksall.none.x1.p6",
                        "produce.1k.16k.acks1.lz4.x1.p6",
                        "produce.1k.16k.acks1.none.x16.p6",
                        "produce.1k.16k.acks1.none.x1.p600",
                        "produce.200.single.acks0.none.x1.p6",
                        "produce.200.single.acks1.none.x16.p6")
                .doesNotHaveDuplicates();
        assertThat(ProduceGrid.all()).containsAll(ProduceGrid.usual());
    }

    @Test
    void theBytesAreTheSameWhateverTheRecordsAre() {
        for (Cell cell : ProduceGrid.all()) {
            ProduceLoad load = cell.load(1_024_000_000, 100_000);
            if (!cell.singles()) {
                assertThat(load.bytes()).isBetween(1_023_000_000L, 1_024_000_000L);
            }
            assertThat(load.records() % cell.producers()).isZero();
        }
    }
}
