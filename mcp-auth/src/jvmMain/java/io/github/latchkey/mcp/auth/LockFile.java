package io.github.latchkey.mcp.auth;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file whose bytes are locks between processes. It is open while somebody in this process wants one, and open once: on POSIX, closing any channel
 * of a file gives up all locks that the process has on it. The file stays: who removed it would lock another one than those who have it open.
 */
final class LockFile {
    private final Path file;
    private @Nullable FileChannel channel; // guarded by this
    private int users; // guarded by this

    LockFile(Path file) {
        this.file = file;
    }

    /** Opens the file, unless it is open already. Each call wants a {@link #close} of its own. */
    synchronized void open() throws IOException {
        if (channel == null) {
            OwnerOnly.createFolder(OwnerOnly.parent(file));
            channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                    OwnerOnly.fileAttributes(file));
        }
        users++;
    }

    /** Locks the byte at {@code slot} if nobody else has; null if somebody has. Not for a thread that may be interrupted: that closes the channel. */
    synchronized @Nullable FileLock tryLock(long slot) throws IOException {
        if (channel == null) throw new IllegalStateException("the lock file is not open");
        try {
            return channel.tryLock(slot, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // another class loader of this process
        }
    }

    synchronized void close() throws IOException {
        users--;
        if (users > 0 || channel == null) return;
        FileChannel last = channel;
        channel = null;
        last.close();
    }
}
