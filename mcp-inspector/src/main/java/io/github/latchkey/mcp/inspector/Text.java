package io.github.latchkey.mcp.inspector;

import java.util.ArrayList;
import java.util.List;

/** Words and columns for people. */
final class Text {
    private Text() {}

    /** {@code text} without what would make a terminal do something: escape sequences, and marks that reverse the direction. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> printable.appendCodePoint(isPrintable(c) ? c : 0xFFFD));
        return printable.toString();
    }

    private static boolean isPrintable(int c) {
        boolean isControl = Character.isISOControl(c) && c != '\n' && c != '\t';
        boolean isDirection = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        return !isControl && !isDirection;
    }

    static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** {@code 1 tool}, {@code 2 tools}. */
    static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** {@code 3}, {@code 0.5}. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }

    /** The first line of {@code text}, cut at {@code max} characters. */
    static String firstLine(String text, int max) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.length() <= max ? line : line.substring(0, max - 1) + "…";
    }

    /** All of {@code text} on one line, cut at {@code max} characters. */
    static String oneLine(String text, int max) {
        return firstLine(text.strip().replaceAll("\\s*\\R\\s*", "; "), max);
    }

    /** The words of {@code text} in lines of at most {@code width} characters; a longer word has a line of its own. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (line.length() > 0) line.append(' ');
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** {@code 850 ms}, {@code 2.1 s}. */
    static String millis(long millis) {
        return millis < 1000 ? millis + " ms" : String.format("%d.%d s", millis / 1000, millis % 1000 / 100);
    }
}
