package io.github.latchkey.mcp.conformance;

import io.github.latchkey.mcp.CallToolResult;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.Prompt;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.Resource;
import io.github.latchkey.mcp.Tool;
import io.github.latchkey.mcp.skills.Skill;
import io.github.latchkey.mcp.skills.SkillsFutures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonPrimitive;

/** What each scenario does with its session. All of them list the tools first. */
final class Scenarios {
    private Scenarios() {}

    static void drive(Assignment assignment, McpSessionFutures session) {
        List<Tool> tools = await(session.listTools());
        switch (assignment.scenario()) {
            case "initialize", "request-metadata", "json-schema-ref-no-deref" -> {}
            case "tools_call" -> await(session.callTool("add_numbers", Map.of("a", 2, "b", 3)));
            case "sse-retry" -> await(session.callTool("test_reconnection"));
            case "http-standard-headers" -> useEverything(session, tools);
            case "elicitation-sep1034-client-defaults" -> await(session.callTool("test_client_elicitation_defaults"));
            case "sep-2322-client-request-state" -> callInRounds(session);
            case "http-custom-headers" -> callAsTold(session, assignment);
            case "http-invalid-tool-headers" -> callAll(session, tools);
            case "json-schema-2020-12-preservation" -> echoSchema(session, tools);
            case "sep-2640-client-no-prefetch" -> await(new SkillsFutures(session).list());
            case "sep-2640-client-verify-digest", "sep-2640-client-verify-size", "sep-2640-client-verify-frontmatter" ->
                loadSkills(new SkillsFutures(session));
            default -> {
                if (!assignment.isAuthorization()) throw notSupported(assignment);
                await(session.callTool("test-tool"));
            }
        }
    }

    private static NotSupportedException notSupported(Assignment assignment) {
        return new NotSupportedException(
                assignment.scenario() + ": the library has no such feature; connected and listed the tools only");
    }

    /** As a host would on behalf of somebody who asks for every skill. What is not as it was listed is not used, nor are its files. */
    private static void loadSkills(SkillsFutures skills) {
        for (Skill skill : await(skills.list())) await(skills.load(skill));
    }

    /** A tool, the resources and the prompts. */
    private static void useEverything(McpSessionFutures session, List<Tool> tools) {
        callOne(session, tools, Set.of("test_headers", "my-hyphenated-tool"));
        for (Resource resource : await(session.listResources())) await(session.readResource(resource.getUri()));
        for (Prompt prompt : await(session.listPrompts())) await(session.getPrompt(prompt.getName()));
    }

    /** Tools that ask before they answer; the first two at the same time. */
    private static void callInRounds(McpSessionFutures session) {
        CompletableFuture<CallToolResult> echo = session.callTool("test_mrtr_echo_state");
        await(session.callTool("test_mrtr_unrelated"));
        await(echo);
        await(session.callTool("test_mrtr_no_state"));
        await(session.callTool("test_mrtr_no_result_type"));
    }

    private static void callOne(McpSessionFutures session, List<Tool> tools, Set<String> names) {
        String name = tools.stream()
                .map(Tool::getName)
                .filter(names::contains)
                .findFirst()
                .orElseThrow(() -> new NotSupportedException("none of the tools " + names + " is offered"));
        await(session.callTool(name));
    }

    /** The calls in the scenario's data, in their order and with their very arguments. */
    private static void callAsTold(McpSessionFutures session, Assignment assignment) {
        if (!(assignment.context().get("toolCalls") instanceof List<?> calls)) {
            throw new NotSupportedException("the context has no toolCalls");
        }
        for (Object call : calls) {
            Map<String, JsonElement> members = RawJson.of((JsonElement) call).toObject();
            if (members == null || !(members.get("name") instanceof JsonPrimitive name)) {
                throw new NotSupportedException("a tool call in the context has no name");
            }
            JsonElement arguments = members.get("arguments");
            await(
                    arguments == null
                            ? session.callTool(name.getContent())
                            : session.callTool(name.getContent(), RawJson.of(arguments)));
        }
    }

    /** Calls every tool that is offered; fails at the end if one of the calls failed. */
    private static void callAll(McpSessionFutures session, List<Tool> tools) {
        List<McpException> failures = new ArrayList<>();
        for (Tool tool : tools) {
            try {
                await(session.callTool(tool.getName(), Map.of("region", "us-west1")));
            } catch (McpException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) throw failures.get(0);
    }

    /** Sends the schema of one tool to another, as it came. */
    private static void echoSchema(McpSessionFutures session, List<Tool> tools) {
        Tool described = tools.stream()
                .filter(tool -> tool.getName().equals("json_schema_2020_12_tool"))
                .findFirst()
                .orElseThrow(() -> new NotSupportedException("json_schema_2020_12_tool is not offered"));
        await(session.callTool("json_schema_echo", Map.of("schema", described.getInputSchema())));
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof McpException cause) throw cause;
            throw e;
        }
    }
}
