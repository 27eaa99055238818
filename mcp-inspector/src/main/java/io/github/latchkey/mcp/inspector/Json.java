package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.RawJson;
import java.util.Iterator;
import java.util.Map;
import java.util.function.UnaryOperator;
import kotlinx.serialization.json.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON on one line. Takes maps, iterables, strings, numbers, booleans, null, {@link RawJson} and the JSON tree that
 * it decodes to. Members whose value is null are left out.
 */
final class Json {
    private final StringBuilder out = new StringBuilder();
    private final UnaryOperator<String> redact;

    private Json(UnaryOperator<String> redact) {
        this.redact = redact;
    }

    /** {@code value} as JSON, every string in it passed through {@code redact}. */
    static String write(@Nullable Object value, UnaryOperator<String> redact) {
        Json json = new Json(redact);
        json.value(value);
        return json.out.toString();
    }

    private void value(@Nullable Object value) {
        if (value instanceof RawJson raw) {
            value(raw.toElement());
        } else if (value instanceof JsonPrimitive primitive) {
            // JSON null is one of these; its content is the word.
            String content = primitive.getContent();
            // A secret may be made of digits; what is left of it is no number.
            if (primitive.isString() || !redact.apply(content).equals(content)) string(content);
            else out.append(content);
        } else if (value instanceof Map<?, ?> map) {
            object(map);
        } else if (value instanceof Iterable<?> elements) {
            array(elements.iterator());
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            string(value.toString());
        }
    }

    private void object(Map<?, ?> map) {
        char before = '{';
        for (Map.Entry<?, ?> member : map.entrySet()) {
            if (member.getValue() == null) continue;
            out.append(before);
            string(String.valueOf(member.getKey()));
            out.append(':');
            value(member.getValue());
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private void array(Iterator<?> elements) {
        out.append('[');
        while (elements.hasNext()) {
            value(elements.next());
            if (elements.hasNext()) out.append(',');
        }
        out.append(']');
    }

    private void string(String value) {
        String text = redact.apply(value);
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (mustBeEscaped(text, at)) out.append(String.format("\\u%04x", (int) c));
                    else out.append(c);
                }
            }
        }
        out.append('"');
    }

    /** Control characters, also those that a terminal would obey, and halves of surrogate pairs, which UTF-8 cannot hold. */
    private static boolean mustBeEscaped(String text, int at) {
        char c = text.charAt(at);
        if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') return true;
        if (Character.isHighSurrogate(c))
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
