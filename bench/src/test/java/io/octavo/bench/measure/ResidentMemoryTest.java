package io.octavo.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.bench.measure.ResidentMemory.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResidentMemoryTest {
    private static final List<String> MAP =
            List.of(
                    "Memory mappings:",
                    "from               to                 vsize prot   rss hugetlb pgsz notes info file",
                    "0x0000000008001000-0x0000000009f36000  32722944 rw-p  32645120 0 4K   com        CDS       /dist/server.aot",
                    "0x00000000e0000000-0x00000000e0550000   5570560 rw-p   4956160 0 4K   com        JAVAHEAP  -",
                    "0x00000000eaaa0000-0x00000000eb550000  11206656 rw-p   3330048 0 4K   com        JAVAHEAP  -",
                    "0x000000000a000000-0x000000000a010000     65536 rw-p     36864 0 4K   com        CLASS     -",
                    "0x00007fe2f0000000-0x00007fe2f00a0000    655360 rw-p    622592 0 4K   com        META      -",
                    "0x00007fe3003ff000-0x00007fe30066f000   2555904 rwxp    614400 0 4K   com        CODE      -",
                    "0x00007fe31d3a8000-0x00007fe31d4a4000   1032192 rw-p     90112 0 4K   com,nothp  STACK-10309-a -",
                    "0x00007fe31ddbc000-0x00007fe31ddbe000      8192 r--p      8192 0 4K   com        -         /jdk/lib/libzip.so",
                    "0x00007fe31d4a4000-0x00007fe31d5a5000   1052672 rw-p   1052672 0 4K   com        -         -",
                    "0x0000564e06de1000-0x0000564e06e2a000    299008 rw-p    106496 0 4K   com        -         [heap]",
                    "               rss: 43462656 (42444K)");

    @Test
    void everyMappingIsInOnePart() {
        ResidentMemory memory = ResidentMemory.parse(MAP);

        assertThat(memory.bytes())
                .containsEntry(Part.HEAP, 8_286_208L)
                .containsEntry(Part.METASPACE, 659_456L)
                .containsEntry(Part.CODE, 614_400L)
                .containsEntry(Part.ARCHIVE, 32_645_120L)
                .containsEntry(Part.STACKS, 90_112L)
                .containsEntry(Part.FILES, 8_192L)
                .containsEntry(Part.REST, 1_159_168L);
        assertThat(memory.total()).isEqualTo(43_462_656);
    }

    @Test
    void aJvmThatKeepsNoBooksIsNotGuessedAt() {
        List<String> unknown = MAP.stream().map(line -> line.replace("JAVAHEAP", "-")).toList();

        assertThatThrownBy(() -> ResidentMemory.parse(unknown))
                .hasMessageContaining(ResidentMemory.JVM_OPTION);
    }
}
