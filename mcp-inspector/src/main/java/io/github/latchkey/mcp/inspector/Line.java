package io.github.latchkey.mcp.inspector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A line for people, made of pieces.
 *
 * @param indent where the next line of the terminal begins if this one is too long for it; negative if it must stay as it is
 * @param plain what stands in a file or a pipe
 * @param picture what a terminal shows instead that can show pictures; null if there is none
 */
record Line(
        List<Piece> pieces,
        int indent,
        String plain,
        @Nullable Blob picture) {
    private static final int AS_IT_IS = -1;

    /** A part of a line that has one colour. */
    record Piece(Ink ink, String text) {}

    /** Text of somebody else, in the lines that it has. */
    static Line asItIs(String text) {
        return new Line(List.of(new Piece(Ink.PLAIN, text)), AS_IT_IS, text, null);
    }

    /** What cannot be read, with a hint for the person at a terminal: {@code line} is the rest. */
    static Line binary(String line, Blob blob) {
        List<Piece> pieces =
                List.of(new Piece(Ink.PLAIN, line), new Piece(Ink.FAINT, "  (to keep it, add --out FILE)"));
        return new Line(pieces, 2, line, blob.isImage() ? blob : null);
    }

    static Line of(Ink ink, String text) {
        return begin(0).add(ink, text).line();
    }

    static Builder begin(int indent) {
        return new Builder(indent);
    }

    /**
     * What somebody wrote about a thing, below its name: its first line, which a pipe gets cut at {@code max} characters. That there
     * is more of it, shows.
     */
    static Line description(String text, int indent, int max) {
        String stripped = text.strip();
        String first = stripped.lines().findFirst().orElse("");
        String more = first.length() < stripped.length() ? " …" : "";
        String margin = " ".repeat(indent);
        return new Line(
                List.of(new Piece(Ink.PLAIN, margin + first + more)), indent, margin + Text.firstLine(text, max), null);
    }

    /** The same line with other words in it. */
    Line map(UnaryOperator<String> change) {
        List<Piece> changed = pieces.stream()
                .map(piece -> new Piece(piece.ink(), change.apply(piece.text())))
                .toList();
        return new Line(changed, indent, change.apply(plain), picture);
    }

    boolean isWrapped() {
        return indent != AS_IT_IS;
    }

    /** Puts a line together. */
    static final class Builder {
        private final List<Piece> pieces = new ArrayList<>();
        private final int indent;

        private Builder(int indent) {
            this.indent = indent;
        }

        Builder add(Ink ink, String text) {
            pieces.add(new Piece(ink, text));
            return this;
        }

        Builder add(String text) {
            return add(Ink.PLAIN, text);
        }

        Line line() {
            return new Line(
                    List.copyOf(pieces),
                    indent,
                    pieces.stream().map(Piece::text).collect(Collectors.joining()),
                    null);
        }
    }
}
