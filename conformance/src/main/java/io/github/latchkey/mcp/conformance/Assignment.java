package io.github.latchkey.mcp.conformance;

import io.github.latchkey.mcp.ProtocolVersion;
import io.github.latchkey.mcp.RawJson;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/**
 * What the suite asks for in this run.
 *
 * @param scenario its name, such as {@code auth/basic-cimd}
 * @param revision the revision to speak
 * @param context the scenario's own data; empty if it has none
 */
record Assignment(String scenario, ProtocolVersion revision, Map<String, JsonElement> context) {
    static Assignment fromEnvironment() {
        Map<String, String> environment = System.getenv();
        String scenario = environment.getOrDefault("MCP_CONFORMANCE_SCENARIO", "");
        String revision = environment.getOrDefault("MCP_CONFORMANCE_PROTOCOL_VERSION", "2025-11-25");
        ProtocolVersion version = ProtocolVersion.find(revision);
        if (version == null) throw new NotSupportedException("revision " + revision + " is not known");
        return new Assignment(scenario, version, object(environment.get("MCP_CONFORMANCE_CONTEXT")));
    }

    boolean isAuthorization() {
        return scenario.startsWith("auth/");
    }

    /** The revisions to negotiate among: a server of the session era may settle for an older one. */
    List<ProtocolVersion> versions() {
        return Arrays.stream(ProtocolVersion.values())
                .filter(version -> version.isStateless() == revision.isStateless())
                .toList();
    }

    /** The string {@code name} of the scenario's data, or null. */
    @Nullable
    String string(String name) {
        return context.get(name) instanceof JsonPrimitive value && value.isString() ? value.getContent() : null;
    }

    /** The same, where the scenario cannot do without. */
    String required(String name) {
        String value = string(name);
        if (value == null) throw new NotSupportedException("the context has no " + name);
        return value;
    }

    private static Map<String, JsonElement> object(@Nullable String json) {
        if (json == null || json.isBlank()) return Map.of();
        Map<String, JsonElement> object = RawJson.parse(json).toObject();
        return object == null ? Map.of() : object;
    }
}
