package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.FormChoice;
import io.github.latchkey.mcp.FormField;
import io.github.latchkey.mcp.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** How the field of a form is put to a person. */
final class FormQuestion {
    private FormQuestion() {}

    /** What is asked, and what can be answered. */
    static Page page(FormField field, int number, int count) {
        Page page = new Page()
                .add(Line.begin(4)
                        .add(Ink.FAINT, number + " of " + count + "  ")
                        .add(Ink.NAME, Text.oneLine(label(field), 200))
                        .add(Ink.FAINT, " (" + rule(field) + ")")
                        .line());
        String description = field.getDescription();
        if (description != null) {
            description
                    .strip()
                    .lines()
                    .forEach(line -> page.add(Line.begin(4).add("    " + line).line()));
        }
        List<FormChoice> choices = field.getChoices();
        if (choices == null) return page;
        int width = String.valueOf(choices.size()).length();
        for (int i = 0; i < choices.size(); i++) {
            String at = String.valueOf(i + 1);
            page.add(Line.begin(width + 6)
                    .add(Ink.NAME, "    " + " ".repeat(width - at.length()) + at + "  ")
                    .add(choice(choices.get(i)))
                    .line());
        }
        return page;
    }

    /** What stands before the cursor. {@code given} is what an empty line stands for; null if nothing does. */
    static String prompt(FormField field, @Nullable RawJson given) {
        return "    " + (given == null ? "" : "[" + Text.oneLine(shown(field, given), 60) + "] ") + "> ";
    }

    static String label(FormField field) {
        String title = field.getTitle();
        return title == null || title.isBlank() ? field.getName() : title;
    }

    /** A value as the person would say it. */
    static String shown(FormField field, RawJson value) {
        JsonElement json = value.toElement();
        if (json instanceof List<?> list) {
            return list.isEmpty()
                    ? "none"
                    : String.join(
                            ", ", list.stream().map(each -> title(field, each)).toList());
        }
        return switch (field.getType()) {
            case BOOLEAN -> value.getText().equals("true") ? "yes" : "no";
            case STRING -> "\"\"".equals(value.getText()) ? "empty" : title(field, json);
            case INTEGER, NUMBER, CHOICES, UNKNOWN -> title(field, json);
        };
    }

    private static String title(FormField field, Object json) {
        String text = json instanceof JsonPrimitive primitive ? primitive.getContent() : json.toString();
        List<FormChoice> choices = field.getChoices();
        if (choices == null) return text;
        return choices.stream()
                .filter(choice -> choice.getValue().equals(text))
                .map(FormChoice::getTitle)
                .findFirst()
                .orElse(text);
    }

    private static String choice(FormChoice choice) {
        String title = Text.oneLine(choice.getTitle(), 200);
        return choice.getTitle().equals(choice.getValue())
                ? title
                : title + " (" + Text.oneLine(choice.getValue(), 200) + ")";
    }

    private static String rule(FormField field) {
        List<String> rules = new ArrayList<>();
        rules.add(kind(field));
        String range = switch (field.getType()) {
            case STRING -> range(field.getMinLength(), field.getMaxLength(), " characters");
            case INTEGER, NUMBER -> range(field.getMinimum(), field.getMaximum(), "");
            case CHOICES -> range(field.getMinItems(), field.getMaxItems(), " of them, with a comma between");
            case BOOLEAN, UNKNOWN -> "";
        };
        if (!range.isEmpty()) rules.add(range);
        if (field.getPattern() != null) rules.add("matching " + Text.oneLine(field.getPattern(), 80));
        rules.add(field.isRequired() ? "required" : "optional");
        return String.join(", ", rules);
    }

    private static String kind(FormField field) {
        return switch (field.getType()) {
            case STRING -> field.getChoices() != null ? "one of these" : text(field.getFormat());
            case INTEGER -> "a whole number";
            case NUMBER -> "a number";
            case BOOLEAN -> "yes or no";
            case CHOICES -> field.getChoices() != null ? "any of these" : "texts";
            case UNKNOWN -> "text or JSON";
        };
    }

    private static final Map<String, String> FORMATS = Map.of(
            "email", "an e-mail address",
            "uri", "a URI",
            "date", "a date such as 2026-07-28",
            "date-time", "a date and time such as 2026-07-28T09:30:00Z");

    private static String text(@Nullable String format) {
        return format == null ? "text" : Objects.requireNonNullElse(FORMATS.get(format), "text");
    }

    private static String range(@Nullable Number least, @Nullable Number most, String unit) {
        if (least != null && most != null) {
            String from = Text.number(least.doubleValue());
            String to = Text.number(most.doubleValue());
            return (from.equals(to) ? from : from + " to " + to) + unit;
        }
        if (least != null) return "at least " + Text.number(least.doubleValue()) + unit;
        if (most != null) return "at most " + Text.number(most.doubleValue()) + unit;
        return unit.startsWith(" of") ? "with a comma between" : "";
    }
}
