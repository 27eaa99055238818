package io.github.latchkey.mcp.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The new content of a file, written beside it and put in its place at once: whenever the process or the machine stops, the file is the old one
 * or the new one. Takes its room on the disk beforehand, so that a full disk shows while nothing is lost yet.
 */
final class Replacement implements AutoCloseable {
    private final Path temporary;
    private final FileChannel channel;

    private Replacement(Path temporary, FileChannel channel) {
        this.temporary = temporary;
        this.channel = channel;
    }

    /** Makes {@code temporary} with room for {@code bytes}. What a process that was killed left there goes away. */
    static Replacement reserve(Disk disk, Path temporary, int bytes) throws IOException {
        Files.deleteIfExists(temporary);
        Replacement replacement = new Replacement(temporary, disk.create(temporary));
        try {
            replacement.write(ByteBuffer.allocate(bytes));
            return replacement;
        } catch (IOException e) {
            replacement.close();
            throw e;
        }
    }

    /** Puts {@code content} in the place of {@code file}, for good: it is on the disk when this returns. */
    void commit(byte[] content, Path file) throws IOException {
        write(ByteBuffer.wrap(content));
        channel.truncate(content.length);
        channel.force(true);
        channel.close();
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder(OwnerOnly.parent(file));
    }

    /** Leaves nothing, unless it is committed. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }

    private void write(ByteBuffer bytes) throws IOException {
        long position = 0;
        while (bytes.hasRemaining()) position += channel.write(bytes, position);
    }

    // The name is in the folder, which has to be written as well. Where folders cannot be opened (Windows) there is no
    // other way either.
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // What was moved is in its place, and is as safe as this file system makes it.
        }
    }
}
