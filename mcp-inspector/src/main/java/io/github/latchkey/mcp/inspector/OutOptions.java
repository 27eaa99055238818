package io.github.latchkey.mcp.inspector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where contents go that are not for the terminal. Nothing that is there is lost unless {@code --overwrite} says so. */
final class OutOptions {
    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = {
                "Write the contents to FILE, or into the folder FILE, instead of printing them.",
                "Of several, each gets a number in its name."
            })
    @Nullable
    Path out;

    @Option(names = "--overwrite", description = "Let --out replace files that exist.")
    boolean isOverwriting;

    boolean isGiven() {
        return out != null;
    }

    /** Throws {@link UsageException} for what is known to fail before anything is sent. */
    void check() {
        if (out == null) {
            if (isOverwriting) throw new UsageException("--overwrite needs --out", "say with --out what to write");
            return;
        }
        if (Files.isDirectory(out)) return;
        if (Files.exists(out) && !isOverwriting) throw exists(out);
        Path parent = out.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new UsageException("the folder of --out does not exist: " + parent, "make it, or name another");
        }
    }

    /** Writes {@code blobs}, tells {@code page}, and returns the names of the files. */
    List<String> write(List<Blob> blobs, Page page) {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < blobs.size(); i++) files.add(file(blobs.get(i), i + 1, blobs.size()));
        // All or none: before the first is written.
        for (Path file : files) {
            if (Files.exists(file) && !isOverwriting) throw exists(file);
        }
        for (int i = 0; i < files.size(); i++) {
            write(blobs.get(i), files.get(i));
            String size = Text.count(blobs.get(i).bytes().length, "byte");
            String name = files.get(i).toString();
            page.add(
                    Line.begin(2).add(size + " written to ").add(Ink.NAME, name).line());
        }
        return files.stream().map(Path::toString).toList();
    }

    private void write(Blob blob, Path file) {
        OpenOption how = isOverwriting ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW;
        try {
            Files.write(file, blob.bytes(), how, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new UsageException("the file of --out cannot be written: " + file, "check its folder");
        }
    }

    /** {@code FILE}; one of several {@code FILE-2.png}; in a folder {@code content-2.png}. */
    private Path file(Blob blob, int number, int count) {
        Path named = Objects.requireNonNull(out);
        String extension = blob.extension();
        if (Files.isDirectory(named))
            return named.resolve("content-" + number + "." + (extension == null ? "bin" : extension));
        if (count == 1) return named;
        String name = String.valueOf(named.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot <= 0 ? name : name.substring(0, dot);
        String own = dot <= 0 ? "" : name.substring(dot);
        return named.resolveSibling(stem + "-" + number + (extension == null ? own : "." + extension));
    }

    private static UsageException exists(Path file) {
        return new UsageException(
                "the file of --out exists: " + file, "name another, or let it be replaced with --overwrite");
    }
}
