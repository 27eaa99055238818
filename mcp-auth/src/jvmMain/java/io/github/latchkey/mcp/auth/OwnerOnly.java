package io.github.latchkey.mcp.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files and folders that nobody but their owner gets at, where the file system knows owners as POSIX does. Elsewhere (Windows) a file is as safe as
 * the folder it is in, and nothing is checked.
 */
final class OwnerOnly {
    private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private OwnerOnly() {}

    static FileAttribute<?>[] fileAttributes(Path at) {
        return attributes(at, "rw-------");
    }

    /** Creates {@code folder}, and those above it, unless it is there. */
    static void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) Files.createDirectories(folder, attributes(folder, "rwx------"));
    }

    /** Why {@code file} must not be used, or null; it must exist. */
    static @Nullable String findFault(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) return "is a symbolic link";
        Path folder = parent(file);
        if (!isPosix(folder)) return null;
        if (touches(permissions(file), OTHERS)) return "can be read or written by others (chmod 600 ends that)";
        if (!owner(file).equals(owner(folder))) return "belongs to somebody else than its folder";
        return null;
    }

    /** Why nothing secret must be kept in {@code folder}, or null; it must exist. Who can write there can replace what is in it. */
    static @Nullable String findFolderFault(Path folder) throws IOException {
        if (!isPosix(folder) || !touches(permissions(folder), WRITABLE_BY_OTHERS)) return null;
        return "is in a folder that others can write to (chmod go-w ends that)";
    }

    static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) throw new IllegalArgumentException("a token store cannot be the root of a file system");
        return parent;
    }

    private static boolean isPosix(Path at) {
        return at.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static Set<PosixFilePermission> permissions(Path path) throws IOException {
        return posix(path).permissions();
    }

    private static Object owner(Path path) throws IOException {
        return posix(path).owner();
    }

    private static PosixFileAttributes posix(Path path) throws IOException {
        // A folder may be reached by a link; the file itself was checked not to be one.
        return Files.readAttributes(path.toRealPath(), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean touches(Set<PosixFilePermission> some, Set<PosixFilePermission> others) {
        return some.stream().anyMatch(others::contains);
    }

    private static FileAttribute<?>[] attributes(Path at, String permissions) {
        if (!isPosix(at)) return new FileAttribute<?>[0];
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }
}
