package io.octavo.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class FileReasonTest {
    @Test
    void whatIsNotOnlyAPathIsSaidOfAFile() {
        assertThat(FileReason.of(new AccessDeniedException("f")))
                .isEqualTo("permission denied for f");
        assertThat(FileReason.of(new NoSuchFileException("f"))).isEqualTo("there is no f");
        assertThat(FileReason.of(new DirectoryNotEmptyException("f")))
                .isEqualTo("java.nio.file.DirectoryNotEmptyException: f");
        assertThat(FileReason.of(new FileSystemException("f", null, "Too many levels")))
                .isEqualTo("f: Too many levels");
        assertThat(FileReason.of(new IOException("Is a directory"))).isEqualTo("Is a directory");
    }
}
