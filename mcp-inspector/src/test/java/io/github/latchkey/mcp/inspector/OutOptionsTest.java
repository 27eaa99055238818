package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutOptionsTest {
    private static final Blob TEXT = Blob.ofText("hello", null);
    private static final Blob PICTURE = new Blob(new byte[] {1, 2, 3}, "image/png; q=1");
    private static final Blob STRANGE = new Blob(new byte[] {4}, "application/x-../../evil");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void oneContentGoesToTheFile() throws IOException {
        write("a.dat", PICTURE);
        assertEquals(List.of("a.dat"), names());
        assertEquals(3, Files.size(folder.resolve("a.dat")));
    }

    @Test
    void severalGetNumbersAndTheEndingOfTheirKind() throws IOException {
        write("a.dat", PICTURE, TEXT, STRANGE);
        assertEquals(List.of("a-1.png", "a-2.txt", "a-3.dat"), names());
    }

    @Test
    void aFolderGetsThemAll() throws IOException {
        write(".", PICTURE, STRANGE);
        assertEquals(List.of("content-1.png", "content-2.bin"), names());
    }

    @Test
    void nothingIsReplacedAndNothingHalfWritten() throws IOException {
        Files.writeString(folder.resolve("a-2.txt"), "mine");
        assertThrows(UsageException.class, () -> write("a", PICTURE, TEXT));
        assertFalse(Files.exists(folder.resolve("a-1.png")));
        assertEquals("mine", Files.readString(folder.resolve("a-2.txt")));
    }

    @Test
    void whatExistsIsReplacedWhenSaid() throws IOException {
        Files.writeString(folder.resolve("a"), "something longer");
        OutOptions options = options("a");
        assertThrows(UsageException.class, options::check);
        options.isOverwriting = true;
        options.check();
        options.write(List.of(TEXT), new Page());
        assertEquals("hello", Files.readString(folder.resolve("a")));
    }

    @Test
    void aMissingFolderIsToldBeforeAnythingIsSent() {
        assertThrows(UsageException.class, options("none/a")::check);
        OutOptions nowhere = new OutOptions();
        nowhere.isOverwriting = true;
        assertThrows(UsageException.class, nowhere::check);
    }

    private void write(String name, Blob... blobs) {
        OutOptions options = options(name);
        options.check();
        options.write(List.of(blobs), new Page());
    }

    private OutOptions options(String name) {
        OutOptions options = new OutOptions();
        options.out = folder.resolve(name);
        return options;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
