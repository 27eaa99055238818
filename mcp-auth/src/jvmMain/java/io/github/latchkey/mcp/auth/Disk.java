package io.github.latchkey.mcp.auth;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Makes the files that a store writes: the one place where a disk can be full. */
interface Disk {
    /** Creates {@code file}, which must not exist, for its owner alone, and opens it for writing. */
    FileChannel create(Path file) throws IOException;

    Disk SYSTEM = file -> FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            OwnerOnly.fileAttributes(file));
}
