package io.github.latchkey.mcp.auth;

import static io.github.latchkey.mcp.auth.TokenStoreProblem.FOREIGN;
import static io.github.latchkey.mcp.auth.TokenStoreProblem.INSECURE;
import static io.github.latchkey.mcp.auth.TokenStoreProblem.IO;
import static io.github.latchkey.mcp.auth.TokenStoreProblem.TOO_LARGE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes of a token store in a file of its owner's own. Knows nothing of what they mean. */
final class TokenFile {
    /** Thousands of sign-ins. */
    static final int MAX_BYTES = 4 << 20;

    /** What one grant more, or one with longer tokens, may add. */
    private static final int SPARE_BYTES = 64 << 10;

    private final Path file;
    private final Disk disk;

    TokenFile(Path file, Disk disk) {
        this.file = file.toAbsolutePath().normalize();
        this.disk = disk;
    }

    Path path() {
        return file;
    }

    /** All of it; null if there is none. Throws {@link TokenStoreException} if it is not to be trusted. */
    byte @Nullable [] read() {
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return null;
            requireOwnFolder();
            String fault = OwnerOnly.findFault(file);
            if (fault != null) throw insecure(fault);
            if (!Files.isRegularFile(file)) throw failure(FOREIGN, "is no file", "name another file");
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(MAX_BYTES + 1);
                if (content.length > MAX_BYTES) throw tooLarge();
                return content;
            }
        } catch (IOException e) {
            throw failed("be read", e);
        }
    }

    /** Takes the room for a replacement, in a file that differs with {@code slot}: two of the same must not be open at once. */
    Replacement reserve(long slot) {
        try {
            OwnerOnly.createFolder(OwnerOnly.parent(file));
            requireOwnFolder();
            long present = Files.exists(file) ? Files.size(file) : 0;
            Path temporary = file.resolveSibling(file.getFileName() + "." + slot + ".tmp");
            return Replacement.reserve(disk, temporary, (int) Math.min(present, MAX_BYTES) + SPARE_BYTES);
        } catch (IOException e) {
            throw failed("be written", e);
        }
    }

    /** Replaces the file. Throws {@link TokenStoreException} and leaves it as it is if that cannot be done. */
    void replace(byte[] content, Replacement replacement) {
        if (content.length > MAX_BYTES) throw tooLarge();
        try {
            replacement.commit(content, file);
        } catch (IOException e) {
            throw failed("be written", e);
        }
    }

    /** Removes what {@code replacement} still holds. What cannot be removed is in nobody's way: the next one does it. */
    static void discard(Replacement replacement) {
        try {
            replacement.close();
        } catch (IOException e) {
            // See above.
        }
    }

    TokenStoreException failure(TokenStoreProblem problem, String what, String remedy) {
        return new TokenStoreException("the token store " + file + " " + what, problem, remedy);
    }

    TokenStoreException failed(String todo, IOException cause) {
        String reason = cause.getMessage() == null || cause.getMessage().equals(file.toString())
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return new TokenStoreException(
                "the token store " + file + " cannot " + todo + ": " + reason,
                IO,
                "make room, or name a file that can be written",
                cause);
    }

    private void requireOwnFolder() throws IOException {
        String fault = OwnerOnly.findFolderFault(OwnerOnly.parent(file));
        if (fault != null) throw insecure(fault);
    }

    private TokenStoreException insecure(String fault) {
        return failure(INSECURE, fault, "make sure that nobody else has changed it, and take the access away");
    }

    private TokenStoreException tooLarge() {
        return failure(TOO_LARGE, "is larger than " + MAX_BYTES + " bytes", "name another file");
    }
}
