package io.github.latchkey.mcp.inspector;

/** What a piece of a line is, which decides its colour where there are any: only the eight that every scheme of colours keeps readable. */
enum Ink {
    PLAIN(""),
    HEADING("1"),
    NAME("1;36"),
    /** A label, a type, what one may skip. */
    FAINT("2"),
    GOOD("32"),
    BAD("1;31"),
    /** What to do next. */
    REMEDY("1;33");

    private static final String ESCAPE = "\u001b[";

    private final String code;

    Ink(String code) {
        this.code = code;
    }

    /** {@code text} in this colour, and the usual one after it. */
    String paint(String text) {
        return code.isEmpty() || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
    }
}
