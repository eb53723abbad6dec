package io.octavo.bench.load;

import io.octavo.ports.Randomness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The values that are sent: a file of lines of one size, made of words from a fixed seed, so that
/// a codec finds about as much to do as in a log's lines. Given to ProducerPerformance with
/// `--payload-file`, because the values it makes up itself cost it more CPU than sending them.
final class Payloads {
    private static final int LINES = 1_000;
    private static final long SEED = 1;
    private static final char FIRST = 'a';
    private static final int LETTERS = 26;
    private static final int WORDS = 2_000;
    private static final int WORD_LETTERS_MIN = 3;
    private static final int WORD_LETTERS_RANGE = 8;

    private Payloads() {}

    /// The file of values of `recordBytes` in `directory`, written when it is not there.
    static Path file(Path directory, int recordBytes) throws IOException {
        Path file = directory.resolve("payload-" + recordBytes + ".txt");
        if (!Files.exists(file)) {
            Files.writeString(file, lines(recordBytes), StandardCharsets.US_ASCII);
        }
        return file;
    }

    static String lines(int recordBytes) {
        Randomness randomness = Randomness.seeded(SEED);
        String[] words = words(randomness);
        StringBuilder text = new StringBuilder(LINES * (recordBytes + 1));
        for (int line = 0; line < LINES; line++) {
            int end = text.length() + recordBytes;
            while (text.length() < end) {
                text.append(words[randomness.nextInt(WORDS)]).append(' ');
            }
            text.setLength(end - 1);
            text.append('.').append('\n');
        }
        return text.toString();
    }

    private static String[] words(Randomness randomness) {
        String[] words = new String[WORDS];
        for (int i = 0; i < WORDS; i++) {
            int letters = WORD_LETTERS_MIN + randomness.nextInt(WORD_LETTERS_RANGE);
            StringBuilder word = new StringBuilder(letters);
            for (int j = 0; j < letters; j++) {
                word.append((char) (FIRST + randomness.nextInt(LETTERS)));
            }
            words[i] = word.toString();
        }
        return words;
    }
}
