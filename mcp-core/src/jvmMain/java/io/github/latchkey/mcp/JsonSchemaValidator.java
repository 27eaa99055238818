package io.github.latchkey.mcp;

/**
 * A {@link SchemaValidator} on {@code dev.harrel:json-schema}, which has to be on the class path. It knows the drafts 4, 6, 7, 2019-09
 * and 2020-12, which is the one of a schema without {@code $schema}. What a schema refers to is looked for in the schema itself, and
 * nowhere else.
 */
public final class JsonSchemaValidator implements SchemaValidator {
    private final SchemaValidator engine;

    /** Throws {@link IllegalStateException} if {@code dev.harrel:json-schema} is not on the class path. */
    public JsonSchemaValidator() {
        try {
            engine = new HarrelValidator();
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "to validate with JSON Schema, add dev.harrel:json-schema to the dependencies", e);
        }
    }

    @Override
    public PreparedSchema prepare(RawJson schema) {
        return engine.prepare(schema);
    }
}
