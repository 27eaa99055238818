package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.RawJson;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** What the {@code inputSchema} of a tool says of the types of its arguments, as far as its first level says it plainly. */
final class ArgumentTypes {
    static final ArgumentTypes UNKNOWN = new ArgumentTypes(Map.of());

    /** A chain of references that is longer goes in circles. */
    private static final int MAX_DEPTH = 8;

    private final Map<String, ? extends JsonElement> schema;

    private ArgumentTypes(Map<String, ? extends JsonElement> schema) {
        this.schema = schema;
    }

    static ArgumentTypes of(RawJson inputSchema) {
        Map<String, JsonElement> schema = inputSchema.toObject();
        return schema == null ? UNKNOWN : new ArgumentTypes(schema);
    }

    /** The names of the arguments, in the order of the schema. */
    List<String> names() {
        return List.copyOf(object(schema.get("properties")).keySet());
    }

    boolean isRequired(String name) {
        return strings(schema.get("required")).contains(name);
    }

    /** The JSON types that argument {@code name} may have; empty if the schema does not say. */
    Set<String> of(String name) {
        Set<String> types = new TreeSet<>();
        collect(object(schema.get("properties")).get(name), types, 0);
        return types;
    }

    String describe(String name) {
        Set<String> types = of(name);
        return types.isEmpty() ? "any" : String.join("|", types);
    }

    private void collect(@Nullable JsonElement of, Set<String> types, int depth) {
        Map<String, JsonElement> property = object(of);
        types.addAll(strings(property.get("type")));
        if (depth == MAX_DEPTH) return;
        for (String keyword : List.of("anyOf", "oneOf")) {
            if (property.get(keyword) instanceof List<?> choices) {
                for (Object choice : choices) collect((JsonElement) choice, types, depth + 1);
            }
        }
        if (property.get("$ref") instanceof JsonPrimitive reference) {
            collect(resolve(reference.getContent()), types, depth + 1);
        }
    }

    /** A reference within the schema, such as {@code #/$defs/Color}; null for any other. */
    private @Nullable JsonElement resolve(String reference) {
        if (!reference.startsWith("#/")) return null;
        Map<String, ? extends JsonElement> at = schema;
        @Nullable JsonElement found = null;
        for (String name : reference.substring(2).split("/", -1)) {
            found = at.get(name.replace("~1", "/").replace("~0", "~"));
            at = object(found);
        }
        return found;
    }

    @SuppressWarnings("unchecked") // a JsonObject is one
    private static Map<String, JsonElement> object(@Nullable JsonElement element) {
        return element instanceof Map<?, ?> map ? (Map<String, JsonElement>) map : Map.of();
    }

    private static List<String> strings(@Nullable JsonElement element) {
        if (element instanceof JsonPrimitive one) return one.isString() ? List.of(one.getContent()) : List.of();
        if (!(element instanceof List<?> list)) return List.of();
        return list.stream()
                .filter(JsonPrimitive.class::isInstance)
                .map(each -> ((JsonPrimitive) each).getContent())
                .toList();
    }
}
