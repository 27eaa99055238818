package io.github.latchkey.mcp.inspector;

import java.util.ArrayList;
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
        List<Line.Piece> wrapped = new ArrayList<>();
        int indent = Math.min(line.indent(), columns / 2);
        int at = 0;
        for (Line.Piece piece : line.pieces()) {
            StringBuilder text = new StringBuilder();
            Matcher words = WORD.matcher(piece.text());
            while (words.find()) {
                String word = words.group();
                int breakAt = word.lastIndexOf('\n');
                boolean isTooLong = at > indent && at + Cells.width(word) > columns && word.startsWith(" ");
                if (breakAt >= 0) {
                    at = Cells.width(word.substring(breakAt + 1));
                    text.append(word);
                } else if (isTooLong) {
                    at = indent + Cells.width(word.strip());
                    text.append('\n').append(" ".repeat(indent)).append(word.strip());
                } else {
                    at += Cells.width(word);
                    text.append(word);
                }
            }
            wrapped.add(new Line.Piece(piece.ink(), text.toString()));
        }
        return wrapped;
    }
}
