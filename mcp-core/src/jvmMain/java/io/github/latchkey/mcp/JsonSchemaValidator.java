package io.github.latchkey.mcp;

import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.JsonSchemaException;
import dev.harrel.jsonschema.SchemaResolver;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.KotlinxJsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import kotlinx.serialization.json.JsonElement;

/**
 * A {@link SchemaValidator} on {@code dev.harrel:json-schema}, which has to be on the class path. It knows the drafts 4, 6, 7, 2019-09
 * and 2020-12, which is the one of a schema without {@code $schema}. What a schema refers to is looked for in the schema itself, and
 * nowhere else.
 */
public final class JsonSchemaValidator implements SchemaValidator {
    private static final URI ADDRESS = URI.create("urn:latchkey:schema");
    private static final SchemaResolver NOWHERE = uri -> SchemaResolver.Result.empty();

    /** Throws {@link IllegalStateException} if {@code dev.harrel:json-schema} is not on the class path. */
    public JsonSchemaValidator() {
        try {
            Class.forName("dev.harrel.jsonschema.ValidatorFactory", false, JsonSchemaValidator.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "to validate with JSON Schema, add dev.harrel:json-schema to the dependencies", e);
        }
    }

    @Override
    public PreparedSchema prepare(RawJson schema) {
        Validator validator = new ValidatorFactory()
                .withJsonNodeFactory(new KotlinxJsonNode.Factory())
                .withSchemaResolver(NOWHERE)
                .createValidator();
        JsonElement tree = schema.toElement();
        try {
            URI address = validator.registerSchema(ADDRESS, tree);
            return value -> problems(validator, address, value);
        } catch (JsonSchemaException | StackOverflowError e) {
            throw new IllegalArgumentException(reason(e), e);
        }
    }

    private static List<String> problems(Validator validator, URI address, JsonElement value) {
        try {
            Validator.Result result = validator.validate(address, value);
            List<String> problems = new ArrayList<>();
            if (result.isValid()) return problems;
            for (Error error : result.getErrors()) problems.add(place(error) + ": " + error.getError());
            // Some keywords fail without a word of their own.
            if (problems.isEmpty()) problems.add("$: it is not valid");
            return problems;
        } catch (JsonSchemaException | StackOverflowError e) {
            throw new IllegalArgumentException(reason(e), e);
        }
    }

    private static String place(Error error) {
        return "$" + error.getInstanceLocation();
    }

    private static String reason(Throwable failure) {
        return failure instanceof StackOverflowError ? "it is nested too deeply" : String.valueOf(failure.getMessage());
    }
}
