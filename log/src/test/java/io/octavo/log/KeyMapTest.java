package io.octavo.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.ports.Randomness;
import io.octavo.protocol.wire.Uuid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyMapTest {
    private static final KeyHash HASH = new KeyHash(new Uuid(1, 2));

    /// From the reference implementation's `vectors_sip128`: the key is 00 01 .. 0f, the inputs are
    /// nothing, and 00.
    @Test
    void theHashIsSipHashWithTwoWords() {
        KeyHash hash = new KeyHash(new Uuid(0x0706050403020100L, 0x0f0e0d0c0b0a0908L));

        hash.hash(ByteBuffer.allocate(0));
        assertThat(hash.first()).isEqualTo(Long.reverseBytes(0xA3817F04BA25A8E6L));
        assertThat(hash.second()).isEqualTo(Long.reverseBytes(0x6DF67214C7550293L));

        hash.hash(ByteBuffer.allocate(1));
        assertThat(hash.first()).isEqualTo(Long.reverseBytes(0xDA87C1D86B99AF44L));
        assertThat(hash.second()).isEqualTo(Long.reverseBytes(0x347659119B22FC45L));
    }

    @Test
    void theLastOffsetOfEachKeyIsKnown() {
        KeyMap map = new KeyMap(HASH, 1 << 20, 10_000);
        Map<Integer, Long> expected = new HashMap<>();
        Randomness random = Randomness.seeded(7);
        for (long offset = 0; offset < 30_000; offset++) {
            int key = random.nextInt(10_000);
            expected.put(key, offset);

            assertThat(map.put(key(key), offset)).isTrue();
        }

        assertThat(map.keys()).isEqualTo(expected.size());
        for (int key = 0; key < 11_000; key++) {
            assertThat(map.last(key(key))).isEqualTo(expected.getOrDefault(key, -1L));
        }
    }

    @Test
    void aFullMapStillTakesTheKeysItKnows() {
        KeyMap map = new KeyMap(HASH, 100 * KeyMap.ENTRY_BYTES, Long.MAX_VALUE / 2);
        int keys = 0;
        while (map.put(key(keys), keys)) {
            keys++;
        }

        assertThat(keys).isEqualTo(90);
        assertThat(map.put(key(3), 1000)).isTrue();
        assertThat(map.last(key(3))).isEqualTo(1000);
        assertThat(map.last(key(keys))).isEqualTo(-1);
    }

    private static ByteBuffer key(int number) {
        byte[] bytes = ("key " + number + "x".repeat(number % 9)).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.wrap(bytes);
    }
}
