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

/** Behind {@link JsonSchemaValidator}, in a class of its own: where the library is missing, this one cannot be loaded. */
final class HarrelValidator implements SchemaValidator {
    private static final URI ADDRESS = URI.create("urn:latchkey:schema");
    private static final SchemaResolver NOWHERE = uri -> SchemaResolver.Result.empty();

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
