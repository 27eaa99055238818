package io.github.latchkey.mcp.inspector.doctor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is wrong, and what to do about it.
 *
 * @param fault who can mend it in this case
 * @param message a sentence, with facts of this case
 * @param remedy the beginning of a sentence in lower case, as in all failures
 */
public record Verdict(Cause cause, Fault fault, String message, String remedy) {
    /** As {@code --json} shows it. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("cause", cause.id());
        json.put("fault", fault.id());
        json.put("message", message);
        json.put("remedy", remedy);
        return json;
    }

    /** One paragraph for people. */
    public String toText() {
        if (cause == Cause.NONE) return message;
        return sentence(message) + " " + fault.sentence() + " " + sentence("What to do: " + remedy);
    }

    private static String sentence(String text) {
        String first = Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return first.endsWith(".") || first.endsWith("…") ? first : first + ".";
    }
}
