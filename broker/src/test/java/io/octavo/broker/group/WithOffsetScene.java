package io.octavo.broker.group;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Tests each of which has groups over a log of its own.
public class WithOffsetScene {
    @TempDir Path root;

    protected OffsetScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new OffsetScene(root);
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }
}
