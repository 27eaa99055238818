package io.github.latchkey.mcp.inspector;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonElementKt;
import kotlinx.serialization.json.JsonObject;
import kotlinx.serialization.json.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** The answer to {@code initialize}, also where another revision was recorded. */
final class ReplayHandshake {
    private static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";
    private static final String VERSION = "protocolVersion";

    private ReplayHandshake() {}

    /** Null where the recorded handshake failed: then it fails again. */
    static @Nullable JsonObject initialized(Recording recording, String version) {
        JsonObject initialized = recording.initialized();
        if (initialized != null) return with(initialized, version);
        JsonObject discovered = recording.discovered();
        return discovered == null ? null : with(fromDiscovered(discovered), version);
    }

    static String version(JsonObject initialized) {
        return initialized.get(VERSION) instanceof JsonPrimitive version ? version.getContent() : "";
    }

    private static JsonObject with(JsonObject initialized, String version) {
        Map<String, JsonElement> members = new LinkedHashMap<>(initialized);
        members.put(VERSION, JsonElementKt.JsonPrimitive(version));
        return new JsonObject(members);
    }

    private static JsonObject fromDiscovered(JsonObject discovered) {
        Map<String, JsonElement> members = new HashMap<>();
        for (String name : new String[] {"capabilities", "instructions"}) {
            JsonElement value = discovered.get(name);
            if (value != null) members.put(name, value);
        }
        members.put("serverInfo", serverInfo(discovered));
        return new JsonObject(members);
    }

    private static JsonElement serverInfo(JsonObject discovered) {
        if (discovered.get(RecordedQuestion.META) instanceof JsonObject meta) {
            JsonElement serverInfo = meta.get(SERVER_INFO);
            if (serverInfo != null) return serverInfo;
        }
        return new JsonObject(Map.of(
                "name", JsonElementKt.JsonPrimitive("recording"), "version", JsonElementKt.JsonPrimitive("unknown")));
    }
}
