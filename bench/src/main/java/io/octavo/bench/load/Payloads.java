package io.octavo.bench.load;

import io.octavo.ports.Randomness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The values that are sent: a file of printable lines of one size, from a fixed seed. Given to
/// ProducerPerformance with `--payload-file`, because the values it makes up itself cost it more
/// CPU than sending them.
final class Payloads {
    private static final int LINES = 1_000;
    private static final long SEED = 1;
    private static final char FIRST = 'A';
    private static final int LETTERS = 26;

    private Payloads() {}

    /// The file of values of `recordBytes` in `directory`, written when it is not there.
    static Path file(Path directory, int recordBytes) throws IOException {
        Path file = directory.resolve("payload-" + recordBytes + ".txt");
        if (!Files.exists(file)) {
            Files.writeString(file, lines(recordBytes), StandardCharsets.US_ASCII);
        }
        return file;
    }

    private static String lines(int recordBytes) {
        Randomness randomness = Randomness.seeded(SEED);
        StringBuilder text = new StringBuilder(LINES * (recordBytes + 1));
        for (int line = 0; line < LINES; line++) {
            for (int i = 0; i < recordBytes; i++) {
                text.append((char) (FIRST + randomness.nextInt(LETTERS)));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
