package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.InsufficientScopeException;
import io.github.latchkey.mcp.JsonRpcError;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.RequestRejectedException;
import io.github.latchkey.mcp.auth.AuthorizationFailedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a command failed, for programs and for people.
 *
 * @param facts the members of {@code error} in JSON after code, phase, message and remedy; a null one is left out
 */
record Failure(
        String code,
        int exitCode,
        @Nullable String phase,
        String message,
        String remedy,
        Map<String, @Nullable Object> facts) {
    static Failure of(Throwable thrown) {
        if (thrown instanceof McpException e) return of(e);
        if (thrown instanceof UsageException e) return usage(e.getMessage(), e.remedy(), e.facts());
        if (thrown instanceof RequestRejectedException e) return refused(e);
        String what = thrown.getMessage() == null ? "" : ": " + Text.oneLine(thrown.getMessage(), 300);
        return new Failure(
                "internal",
                ExitCode.INTERNAL,
                null,
                "this is a defect in latchkey: " + thrown.getClass().getSimpleName() + what,
                "please report it, with the file that --trace writes",
                Map.of());
    }

    static Failure usage(@Nullable String message, String remedy) {
        return usage(message, remedy, Map.of());
    }

    private static Failure usage(@Nullable String message, String remedy, Map<String, @Nullable Object> facts) {
        return new Failure("usage", ExitCode.USAGE, null, message == null ? "wrong usage" : message, remedy, facts);
    }

    /** What the server asked for was not given, and it cannot go on without. */
    private static Failure refused(RequestRejectedException e) {
        String message = e.getMessage() == null ? "what the server asked for was refused" : e.getMessage();
        String remedy = "run it at a terminal, and answer what the server asks for";
        return new Failure("refused", ExitCode.REFUSED, "request", message, remedy, Map.of());
    }

    static Failure interrupted() {
        return new Failure("interrupted", ExitCode.INTERRUPTED, null, "interrupted", "run it again", Map.of());
    }

    private static Failure of(McpException e) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("url", e.getUrl());
        facts.put("status", e.getStatus());
        facts.put("challenge", Challenge.mostRelevant(e.getChallenges()));
        facts.put(
                "step",
                e instanceof AuthorizationFailedException failed
                        ? failed.getStep().getId()
                        : null);
        facts.put("missingScopes", e instanceof InsufficientScopeException scopes ? scopes.getMissingScopes() : null);
        facts.put("retryAfterSeconds", e.getRetryAfterSeconds());
        facts.put("jsonrpc", jsonRpc(e.getJsonRpcError()));
        return new Failure(
                e.getCode().getId(),
                ExitCode.of(e.getCode()),
                e.getPhase().getId(),
                e.getMessage() == null ? e.getCode().getId() : e.getMessage(),
                e.getRemedy(),
                facts);
    }

    /** The same, with {@code better} as the remedy unless it is null. */
    Failure withRemedy(@Nullable String better) {
        return better == null ? this : new Failure(code, exitCode, phase, message, better, facts);
    }

    private static @Nullable Map<String, @Nullable Object> jsonRpc(@Nullable JsonRpcError error) {
        if (error == null) return null;
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("code", error.getCode());
        shown.put("message", error.getMessage());
        shown.put("data", error.getData());
        return shown;
    }

    /** The member {@code error} of the JSON object. */
    Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("phase", phase);
        error.put("message", message);
        error.put("remedy", remedy);
        error.putAll(facts);
        return error;
    }

    /** The message and what is known besides, for people. */
    Page page() {
        Page page = new Page()
                .add(Line.begin(10)
                        .add(Ink.BAD, "latchkey:")
                        .add(" ")
                        .add(Ink.HEADING, message)
                        .line());
        if (exitCode == ExitCode.INTERRUPTED) return page;
        Map<String, String> rows = new LinkedHashMap<>();
        if (exitCode != ExitCode.USAGE && exitCode != ExitCode.INTERNAL) rows.put("code:", code);
        if (phase != null) rows.put("phase:", phase);
        facts.forEach((name, value) -> {
            // The message tells the problems already.
            if (value != null && !name.equals("problems"))
                rows.put(label(name), value instanceof String text ? text : compact(value));
        });
        rows.put("remedy:", remedy);
        return page.rows(rows, Map.of("code:", Ink.BAD, "remedy:", Ink.REMEDY));
    }

    private static String label(String name) {
        return switch (name) {
            case "missingScopes" -> "missing scopes:";
            case "retryAfterSeconds" -> "retry after:";
            case "jsonrpc" -> "JSON-RPC error:";
            default -> name + ":";
        };
    }

    private static String compact(Object value) {
        if (value instanceof Challenge challenge) return challenge.toString();
        if (value instanceof List<?> list)
            return String.join(" ", list.stream().map(String::valueOf).toList());
        return Text.firstLine(Json.write(value, text -> text), 500);
    }
}
