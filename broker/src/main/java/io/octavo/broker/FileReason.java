package io.octavo.broker;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Why something could not be done with files, in a line for people. The messages of some
/// exceptions are nothing but a path.
public final class FileReason {
    private FileReason() {}

    public static String of(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case NoSuchFileException gone -> "there is no " + gone.getFile();
            case NotDirectoryException file -> file.getFile() + " is not a directory";
            case FileAlreadyExistsException there -> "there is " + there.getFile() + " already";
            case FileSystemException other when other.getReason() == null -> other.toString();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
