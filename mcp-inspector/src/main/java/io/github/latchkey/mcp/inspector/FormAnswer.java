package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.FormChoice;
import io.github.latchkey.mcp.FormField;
import io.github.latchkey.mcp.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import kotlinx.serialization.json.JsonElement;
import org.jspecify.annotations.Nullable;

/**
 * What a line means as the answer to a field: a value, nothing (both null), or why it is no answer.
 *
 * @param complaint the end of a sentence that begins with "That"
 */
record FormAnswer(@Nullable RawJson value, @Nullable String complaint) {
    /** Stands for text or a list that is empty, as an empty line means something else. */
    static final String EMPTY = "\"\"";

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?");

    /** @param given what an empty line stands for; null if nothing does */
    static FormAnswer of(FormField field, String line, @Nullable RawJson given) {
        if (line.isBlank()) {
            if (given != null) return new FormAnswer(given, null);
            return new FormAnswer(null, field.isRequired() ? "is empty, and an answer is required" : null);
        }
        try {
            RawJson value = value(field, line);
            String problem = field.problemOf(value);
            return problem == null ? matched(field, value, line) : wrong(problem);
        } catch (Mistyped e) {
            return wrong(String.valueOf(e.getMessage()));
        }
    }

    private static FormAnswer wrong(String complaint) {
        return new FormAnswer(null, complaint);
    }

    /** The expression is the server's, and may not be one of Java's: then the server has to check it itself. */
    private static FormAnswer matched(FormField field, RawJson value, String line) {
        String pattern = field.getPattern();
        if (pattern == null) return new FormAnswer(value, null);
        try {
            boolean isFound =
                    Pattern.compile(pattern).matcher(text(field, line)).find();
            return isFound ? new FormAnswer(value, null) : wrong("does not match " + pattern);
        } catch (PatternSyntaxException e) {
            return new FormAnswer(value, null);
        }
    }

    private static RawJson value(FormField field, String line) {
        return switch (field.getType()) {
            case STRING -> string(text(field, line));
            case INTEGER -> number(line.strip(), "a whole number");
            case NUMBER -> number(line.strip(), "a number");
            case BOOLEAN -> RawJson.parse(yesOrNo(line));
            case CHOICES -> list(field, line.strip());
            case UNKNOWN -> json(line.strip());
        };
    }

    private static String text(FormField field, String line) {
        List<FormChoice> choices = field.getChoices();
        if (choices != null) return chosen(choices, line.strip());
        if (line.strip().equals(EMPTY)) return "";
        // White space is part of plain text alone.
        return field.getFormat() == null ? line : line.strip();
    }

    private static RawJson number(String text, String wanted) {
        if (!NUMBER.matcher(text).matches()) throw new Mistyped("is not " + wanted);
        return RawJson.parse(text);
    }

    private static String yesOrNo(String line) {
        return switch (line.strip().toLowerCase(Locale.ROOT)) {
            case "y", "yes", "true" -> "true";
            case "n", "no", "false" -> "false";
            default -> throw new Mistyped("is neither yes nor no");
        };
    }

    private static RawJson list(FormField field, String line) {
        List<FormChoice> choices = field.getChoices();
        List<String> chosen = new ArrayList<>();
        if (!line.equals(EMPTY)) {
            for (String part : line.split(",", -1)) {
                String value = choices == null ? part.strip() : chosen(choices, part.strip());
                if (!chosen.contains(value)) chosen.add(value);
            }
        }
        return RawJson.parse(Json.write(chosen, each -> each));
    }

    /** By value, number or title: the value first, as it may be a number itself. */
    private static String chosen(List<FormChoice> choices, String text) {
        for (FormChoice choice : choices) if (choice.getValue().equals(text)) return text;
        if (text.matches("[1-9][0-9]{0,5}") && Integer.parseInt(text) <= choices.size()) {
            return choices.get(Integer.parseInt(text) - 1).getValue();
        }
        for (FormChoice choice : choices) {
            if (choice.getTitle().equalsIgnoreCase(text) || choice.getValue().equalsIgnoreCase(text)) {
                return choice.getValue();
            }
        }
        throw new Mistyped("is none of the choices: '" + Text.firstLine(text, 40) + "'");
    }

    private static RawJson json(String text) {
        JsonElement json = ToolArguments.json(text);
        return json == null ? string(text) : RawJson.of(json);
    }

    private static RawJson string(String text) {
        return RawJson.parse(Json.write(text, each -> each));
    }

    private static final class Mistyped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mistyped(String message) {
            super(message, null, false, false);
        }
    }
}
