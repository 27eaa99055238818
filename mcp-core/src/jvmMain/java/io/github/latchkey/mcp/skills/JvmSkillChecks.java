package io.github.latchkey.mcp.skills;

import io.github.latchkey.mcp.RawJson;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kotlinx.serialization.json.JsonArray;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonElementKt;
import kotlinx.serialization.json.JsonNull;
import kotlinx.serialization.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** {@link SkillChecks} of the JDK and of SnakeYAML Engine. Where that is missing, this class cannot be loaded. */
final class JvmSkillChecks implements SkillChecks {
    private static final int MAX_CHARACTERS = 256 * 1024;
    private static final int MAX_ALIASES = 50;
    private static final String HEX = "0123456789abcdef";

    @Override
    public String sha256(byte[] bytes) {
        try {
            StringBuilder hex = new StringBuilder();
            for (byte b : MessageDigest.getInstance("SHA-256").digest(bytes)) {
                hex.append(HEX.charAt((b >> 4) & 0xF)).append(HEX.charAt(b & 0xF));
            }
            return hex.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public RawJson parseYaml(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setCodePointLimit(MAX_CHARACTERS)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setAllowDuplicateKeys(false)
                .setAllowRecursiveKeys(false)
                .build();
        try {
            return RawJson.of(json(new Load(settings).loadFromString(text)));
        } catch (YamlEngineException | StackOverflowError e) {
            throw new IllegalArgumentException("not YAML: " + e.getMessage(), e);
        }
    }

    private static JsonElement json(@Nullable Object value) {
        if (value == null) return JsonNull.INSTANCE;
        if (value instanceof Map) {
            Map<String, JsonElement> members = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((key, member) -> members.put(String.valueOf(key), json(member)));
            return new JsonObject(members);
        }
        if (value instanceof Iterable) {
            List<JsonElement> items = new ArrayList<>();
            ((Iterable<?>) value).forEach(item -> items.add(json(item)));
            return new JsonArray(items);
        }
        if (value instanceof Boolean) return JsonElementKt.JsonPrimitive((Boolean) value);
        if (value instanceof Integer
                || value instanceof Long
                || value instanceof BigInteger
                || value instanceof BigDecimal) {
            return JsonElementKt.JsonPrimitive((Number) value);
        }
        if (value instanceof Double && Double.isFinite((Double) value))
            return JsonElementKt.JsonPrimitive((Double) value);
        if (value instanceof String) return JsonElementKt.JsonPrimitive((String) value);
        throw new IllegalArgumentException(
                "JSON has no form for a YAML " + value.getClass().getSimpleName());
    }
}
