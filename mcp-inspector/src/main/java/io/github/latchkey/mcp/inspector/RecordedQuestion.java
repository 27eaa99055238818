package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.RawJson;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import kotlinx.serialization.json.JsonArray;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonObject;
import kotlinx.serialization.json.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** What a request asks, whoever asks: its method, and its params without {@code _meta}. */
record RecordedQuestion(String method, JsonObject params) {
    static final String META = "_meta";

    /** What was said to what an earlier answer asked for; in a replay it may be said differently. */
    private static final String INPUT = "inputResponses";

    /** What {@link Redaction} leaves of a secret. */
    private static final String HIDDEN = "***";

    static RecordedQuestion of(String method, JsonObject params) {
        return new RecordedQuestion(method, without(META, params));
    }

    /** {@code json} if it is an object, else an empty one. */
    static JsonObject object(@Nullable RawJson json) {
        JsonObject object = json == null ? null : json.toObject();
        return object == null ? new JsonObject(Map.of()) : object;
    }

    RecordedQuestion withoutInput() {
        return new RecordedQuestion(method, without(INPUT, params));
    }

    /** Whether {@code asked} may have been asked here, before its secrets were hidden. */
    boolean mayHaveBeen(RecordedQuestion asked) {
        return method.equals(asked.method) && matches(params, asked.params);
    }

    private static boolean matches(JsonElement recorded, @Nullable JsonElement asked) {
        if (recorded instanceof JsonObject object && asked instanceof JsonObject other) {
            if (!object.keySet().equals(other.keySet())) return false;
            return object.entrySet().stream()
                    .allMatch(member -> matches(member.getValue(), other.get(member.getKey())));
        }
        if (recorded instanceof JsonArray array && asked instanceof JsonArray other) {
            if (array.size() != other.size()) return false;
            Iterator<JsonElement> elements = other.iterator();
            return array.stream().allMatch(element -> matches(element, elements.next()));
        }
        boolean isHidden = recorded instanceof JsonPrimitive text
                && text.isString()
                && text.getContent().contains(HIDDEN);
        return recorded.equals(asked) || (isHidden && asked instanceof JsonPrimitive);
    }

    private static JsonObject without(String member, JsonObject object) {
        if (!object.containsKey(member)) return object;
        Map<String, JsonElement> rest = new HashMap<>(object);
        rest.remove(member);
        return new JsonObject(rest);
    }
}
