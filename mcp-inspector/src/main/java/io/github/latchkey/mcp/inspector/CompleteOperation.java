package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.CompleteResult;
import io.github.latchkey.mcp.CompletionReference;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latchkey complete}: values that would fit an argument. */
@Command(
        name = "complete",
        description = "Asks for values that fit an argument of a prompt or of a resource template.",
        footer = {
            "",
            "Examples:",
            "  latchkey complete everything department=Eng --prompt completable-prompt",
            "  latchkey complete everything name=A department=Engineering --prompt completable-prompt",
            "  latchkey complete everything resourceId=1 --resource demo://resource/dynamic/text/{resourceId}"
        })
final class CompleteOperation extends SessionOperation {
    /** What the argument belongs to. */
    static final class Of {
        @Option(names = "--prompt", paramLabel = "NAME", description = "The prompt that has the argument.")
        @Nullable
        String prompt;

        @Option(names = "--resource", paramLabel = "TEMPLATE", description = "The resource template that has it.")
        @Nullable
        String resource;
    }

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    Of of;

    @Parameters(index = "1", paramLabel = "ARGUMENT=VALUE", description = "The argument, and how its value begins.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    String wanted;

    @Parameters(
            index = "2..*",
            arity = "0..*",
            paramLabel = "K=V",
            description = "Arguments that have a value already.")
    List<String> answered = new ArrayList<>();

    private Map<String, String> begun = Map.of();
    private Map<String, String> given = Map.of();

    @Override
    void check() {
        begun = ToolArguments.pairs(List.of(wanted), "the completion");
        given = ToolArguments.pairs(answered, "the completion");
    }

    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        Map.Entry<String, String> argument = begun.entrySet().iterator().next();
        CompleteResult result =
                invocation.await(session.complete(reference(), argument.getKey(), argument.getValue(), given));
        List<String> lines = new ArrayList<>(result.getCompletion().getValues());
        if (result.getCompletion().getHasMore()) lines.add("… and more");
        return Outcome.ok(RawJson.parse(result.toJson()), lines);
    }

    private CompletionReference reference() {
        if (of.prompt != null) return CompletionReference.prompt(of.prompt);
        return CompletionReference.resource(String.valueOf(of.resource));
    }
}
