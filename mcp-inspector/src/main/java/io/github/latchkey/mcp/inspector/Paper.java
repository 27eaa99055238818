package io.github.latchkey.mcp.inspector;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where lines are written: how wide it is, and whether it has colours.
 *
 * @param columns 0 if a line may have any length
 */
record Paper(int columns, boolean hasColours) {
    private static final Pattern WORD = Pattern.compile("\\s*\\S+|\\s+$");

    static Paper of(Terminal terminal, Terminal.Stream stream) {
        int columns = terminal.isPerson(stream) ? terminal.columns() : 0;
        return new Paper(columns, terminal.hasColours(stream));
    }

    /** {@code line} as it is written, in as many lines as it takes. Its pieces have to be printable. */
    String write(Line line) {
        if (columns == 0 && !hasColours) return line.plain();
        StringBuilder written = new StringBuilder();
        for (Line.Piece piece : columns > 0 && line.isWrapped() ? wrapped(line) : line.pieces()) {
            written.append(hasColours ? piece.ink().paint(piece.text()) : piece.text());
        }
        return written.toString();
    }

    /** The pieces with breaks between the words. A word that is wider than the paper stays whole: it may be an address to copy. */
    private List<Line.Piece> wrapped(Line line) {
        Cursor cursor = new Cursor(columns, Math.min(line.indent(), columns / 2));
        return line.pieces().stream()
                .map(piece -> new Line.Piece(piece.ink(), cursor.place(piece.text())))
                .toList();
    }

    /** Where the next word of a line goes. */
    private static final class Cursor {
        private final int columns;
        private final int indent;
        private int at;

        Cursor(int columns, int indent) {
            this.columns = columns;
            this.indent = indent;
        }

        String place(String text) {
            StringBuilder placed = new StringBuilder();
            Matcher words = WORD.matcher(text);
            while (words.find()) placed.append(placeWord(words.group()));
            return placed.toString();
        }

        private String placeWord(String word) {
            int lineBreak = word.lastIndexOf('\n');
            if (lineBreak >= 0) {
                at = Cells.width(word.substring(lineBreak + 1));
                return word;
            }
            at += Cells.width(word);
            boolean fits = at <= columns || !word.startsWith(" ") || at - Cells.width(word) <= indent;
            if (fits) return word;
            at = indent + Cells.width(word.strip());
            return "\n" + " ".repeat(indent) + word.strip();
        }
    }
}
