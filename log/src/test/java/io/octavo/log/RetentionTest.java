package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final long NOW = 1_000_000;
    private static final long ALL = Long.MAX_VALUE;
    private static final long KEEPS = -1;

    @Test
    void segmentsOlderThanTheLimitGo() throws IOException {
        Scene scene = new Scene(NOW - 1_001, NOW - 1_000, NOW - 1_001);

        assertThat(scene.expired(1_000, KEEPS, ALL)).isEqualTo(1);
    }

    @Test
    void aSegmentStaysWhenOneBeforeItDoes() throws IOException {
        Scene scene = new Scene(NOW, 0, 0);

        assertThat(scene.expired(1_000, KEEPS, ALL)).isZero();
    }

    @Test
    void theActiveSegmentGoesToo() throws IOException {
        Scene scene = new Scene(0, 0, 0);

        assertThat(scene.expired(1_000, KEEPS, ALL)).isEqualTo(3);
    }

    @Test
    void anActiveSegmentWithoutRecordsStays() throws IOException {
        Scene scene = new Scene(0, 0, 0);
        scene.bytes.set(2, 0L);

        assertThat(scene.expired(0, 0, ALL)).isEqualTo(2);
    }

    @Test
    void aSegmentThatCompactionLeftEmptyHoldsUpNothing() throws IOException {
        Scene scene = new Scene(NOW, 0, NOW);
        scene.bytes.set(0, 0L);

        assertThat(scene.expired(1_000, KEEPS, ALL)).isEqualTo(2);
        assertThat(scene.expired(KEEPS, KEEPS, ALL)).isZero();
    }

    @Test
    void bySizeNeverLessIsLeftThanTheLimit() throws IOException {
        Scene scene = new Scene(NOW, NOW, NOW);

        assertThat(scene.expired(KEEPS, 200, ALL)).isEqualTo(1);
        assertThat(scene.expired(KEEPS, 201, ALL)).isZero();
        assertThat(scene.expired(KEEPS, 0, ALL)).isEqualTo(3);
    }

    @Test
    void whatIsBeforeTheStartGoesWhateverThePolicy() throws IOException {
        Scene scene = new Scene(NOW, NOW, NOW);
        scene.startOffset = 20;

        assertThat(scene.expired(KEEPS, KEEPS, ALL)).isEqualTo(2);
    }

    @Test
    void nothingGoesThatEndsBehindTheBound() throws IOException {
        Scene scene = new Scene(0, 0, 0);

        assertThat(scene.expired(0, 0, 19)).isEqualTo(1);
        assertThat(scene.expired(0, 0, 20)).isEqualTo(2);
    }

    @Test
    void timesAreAskedForOnlyWhereTheyDecide() throws IOException {
        Scene scene = new Scene(NOW, NOW, NOW);

        scene.expired(KEEPS, 100, ALL);
        assertThat(scene.asked).isZero();
        scene.expired(5, KEEPS, ALL);
        assertThat(scene.asked).isEqualTo(1);
    }

    @Test
    void anyLogIsJudgedAsByTakingItsOldestSegmentAwayAgainAndAgain() throws IOException {
        for (int seed = 0; seed < 20_000; seed++) {
            Randomness random = Randomness.seeded(seed);
            long[] times = new long[random.nextInt(6)];
            for (int i = 0; i < times.length; i++) {
                times[i] = NOW - random.nextInt(20);
            }
            Scene scene = new Scene(times);
            scene.bytes.replaceAll(_ -> 1L + random.nextInt(9));
            if (times.length > 0 && random.nextInt(2) == 0) {
                scene.bytes.set(times.length - 1, 0L);
            }
            long msMax = random.nextInt(22) - 1L;
            long bytesMax = random.nextInt(40) - 1L;
            long bound = random.nextInt(10 * (times.length + 1) + 1);

            assertThat(scene.expired(msMax, bytesMax, bound))
                    .as("seed %d", seed)
                    .isEqualTo(scene.model(msMax, bytesMax, bound));
        }
    }

    @Test
    void theOldestSegmentAloneTellsWhetherAnythingGoes() throws IOException {
        for (int seed = 0; seed < 20_000; seed++) {
            Randomness random = Randomness.seeded(seed);
            Scene scene = new Scene(NOW - random.nextInt(20), NOW - random.nextInt(20));
            scene.bytes.replaceAll(_ -> 1L + random.nextInt(9));
            long msMax = random.nextInt(22) - 1L;
            long bytesMax = random.nextInt(20) - 1L;
            Oldest oldest =
                    new Oldest(
                            scene.times[0],
                            scene.bytes.getFirst(),
                            scene.bytes.get(0) + scene.bytes.get(1));

            assertThat(scene.retention(msMax, bytesMax).expired(oldest))
                    .as("seed %d", seed)
                    .isEqualTo(scene.expired(msMax, bytesMax, ALL) > 0);
        }
        assertThat(new Scene().retention(0, 0).expired(Oldest.NONE)).isFalse();
    }

    /// Segments of ten offsets and, at first, 100 bytes each.
    private static final class Scene implements Retention.Segments {
        private final long[] times;
        private final List<Long> bytes = new ArrayList<>();
        private long startOffset;
        private int asked;

        Scene(long... times) {
            this.times = times;
            for (int i = 0; i < times.length; i++) {
                bytes.add(100L);
            }
        }

        Retention retention(long msMax, long bytesMax) {
            return new Retention(new LogConfig.Retention(msMax, bytesMax), NOW);
        }

        int expired(long msMax, long bytesMax, long bound) throws IOException {
            return retention(msMax, bytesMax).expired(this, bound);
        }

        int model(long msMax, long bytesMax, long bound) {
            List<Long> left = new ArrayList<>(bytes);
            while (!left.isEmpty()) {
                int i = times.length - left.size();
                long others = left.stream().skip(1).mapToLong(Long::longValue).sum();
                boolean old = msMax != KEEPS && times[i] + msMax < NOW;
                boolean large = bytesMax != KEEPS && others >= bytesMax;
                if (left.getFirst() == 0 || 10L * (i + 1) > bound || (!old && !large)) {
                    break;
                }
                left.removeFirst();
            }
            return times.length - left.size();
        }

        @Override
        public long startOffset() {
            return startOffset;
        }

        @Override
        public int count() {
            return times.length;
        }

        @Override
        public long endOffset(int i) {
            return 10L * (i + 1);
        }

        @Override
        public long bytes(int i) {
            return bytes.get(i);
        }

        @Override
        public long latestMs(int i) {
            asked++;
            return times[i];
        }
    }
}
