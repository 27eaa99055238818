package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.RawJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import kotlinx.serialization.SerializationException;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonNull;
import kotlinx.serialization.json.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call as the command line gives them: {@code --args} as they are, and {@code k=v} over them. A {@code v} is
 * text, unless the schema of the tool wants another type there and {@code v} is JSON of that type.
 */
final class ToolArguments {
    // What is neither quoted nor one of these is accepted by the parser, but is no JSON.
    private static final Pattern LITERAL =
            Pattern.compile("true|false|null|-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?");

    static final ToolArguments NONE = new ToolArguments(Map.of(), Map.of());

    private final Map<String, ? extends @Nullable Object> base;
    private final Map<String, String> given;

    private ToolArguments(Map<String, ? extends @Nullable Object> base, Map<String, String> given) {
        this.base = base;
        this.given = given;
    }

    /** Throws {@link UsageException} for what cannot be arguments. */
    static ToolArguments parse(List<String> pairs, @Nullable String args) {
        return new ToolArguments(args == null ? Map.of() : object(args), pairs(pairs, "the tool"));
    }

    /** The names and values in {@code pairs}, for {@code whom}. Throws {@link UsageException} for what is no pair, and for a name given twice. */
    static Map<String, String> pairs(List<String> pairs, String whom) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                String json = whom.equals("the tool") ? ", or give all arguments as --args '{…}'" : "";
                throw new UsageException(
                        "an argument of " + whom + " is written as name=value, and one is not",
                        "write name=value" + json);
            }
            String name = pair.substring(0, equals);
            if (given.put(name, pair.substring(equals + 1)) != null) {
                throw new UsageException("the argument " + name + " is given twice", "leave out one of them");
            }
        }
        return given;
    }

    /** Whether a value could be read in two ways, so that the schema of the tool has to decide. */
    boolean needTypes() {
        return given.values().stream().anyMatch(value -> !typesOf(value).isEmpty());
    }

    Map<String, @Nullable Object> typed(ArgumentTypes types) {
        Map<String, @Nullable Object> arguments = new LinkedHashMap<>(base);
        given.forEach((name, value) -> {
            Set<String> wanted = types.of(name);
            boolean isJson =
                    !wanted.contains("string") && typesOf(value).stream().anyMatch(wanted::contains);
            arguments.put(name, isJson ? json(value) : value);
        });
        return arguments;
    }

    /** The JSON types other than string that {@code value} is of, if it is JSON. */
    private static Set<String> typesOf(String value) {
        JsonElement json = json(value);
        if (json == null) return Set.of();
        if (json instanceof Map<?, ?>) return Set.of("object");
        if (json instanceof List<?>) return Set.of("array");
        if (json instanceof JsonNull) return Set.of("null");
        JsonPrimitive primitive = (JsonPrimitive) json;
        if (primitive.isString()) return Set.of();
        boolean isNumber = Character.isDigit(
                primitive.getContent().charAt(primitive.getContent().length() - 1));
        return isNumber ? Set.of("number", "integer") : Set.of("boolean");
    }

    private static Map<String, JsonElement> object(String args) {
        String text = args.startsWith("@") ? read(args.substring(1)) : args;
        JsonElement json = json(text);
        Map<String, JsonElement> object = json == null ? null : RawJson.of(json).toObject();
        if (object != null) return object;
        throw new UsageException(
                "the value of --args is no JSON object", "write it as '{\"name\": value}', in single quotes");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("the file " + file + " of --args cannot be read", "check its name");
        }
    }

    /** {@code text} as JSON; null if it is none. */
    static @Nullable JsonElement json(String text) {
        try {
            JsonElement json = RawJson.parse(text).toElement();
            return isStrict(json) ? json : null;
        } catch (SerializationException e) {
            return null;
        }
    }

    private static boolean isStrict(Object json) {
        if (json instanceof Map<?, ?> map) return map.values().stream().allMatch(ToolArguments::isStrict);
        if (json instanceof List<?> list) return list.stream().allMatch(ToolArguments::isStrict);
        return json instanceof JsonPrimitive primitive
                && (primitive.isString()
                        || LITERAL.matcher(primitive.getContent()).matches());
    }
}
