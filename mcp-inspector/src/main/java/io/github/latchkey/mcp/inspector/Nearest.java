package io.github.latchkey.mcp.inspector;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The names that somebody may have meant who typed another. */
final class Nearest {
    private static final int MAX = 3;

    private Nearest() {}

    /** The nearest first; empty if none is near. */
    static List<String> to(String typed, Collection<String> names) {
        String word = typed.toLowerCase(Locale.ROOT);
        int limit = Math.max(2, word.length() / 3);
        return names.stream()
                .filter(name -> distance(word, name) <= limit)
                .sorted(Comparator.comparingInt(name -> distance(word, name)))
                .limit(MAX)
                .toList();
    }

    /** {@code did you mean 'a' or 'b'? }, or nothing. */
    static String question(List<String> names) {
        if (names.isEmpty()) return "";
        return "did you mean '" + String.join("' or '", names) + "'? ";
    }

    /** One that begins with the word, or holds it, is near however long it is. */
    private static int distance(String word, String name) {
        String other = name.toLowerCase(Locale.ROOT);
        if (word.length() >= 3 && other.startsWith(word)) return 1;
        if (word.length() >= 3 && other.contains(word)) return 2;
        return edits(word, other);
    }

    /** How many characters have to be put in, taken out, replaced, or swapped with the next. */
    private static int edits(String one, String other) {
        int[][] edits = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : fewest(edits, one, other, i, j);
            }
        }
        return edits[one.length()][other.length()];
    }

    private static int fewest(int[][] edits, String one, String other, int i, int j) {
        int replaced = edits[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        int fewest = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        boolean isSwapped =
                i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
        return isSwapped ? Math.min(fewest, edits[i - 2][j - 2] + 1) : fewest;
    }
}
