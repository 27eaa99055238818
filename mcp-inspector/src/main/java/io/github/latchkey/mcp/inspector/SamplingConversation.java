package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ContentBlock;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.SamplingMessage;
import io.github.latchkey.mcp.SamplingRequest;
import io.github.latchkey.mcp.SamplingResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kotlinx.serialization.SerializationException;
import kotlinx.serialization.json.JsonElement;
import org.jspecify.annotations.Nullable;

/** Lets the person answer in the place of a model. */
final class SamplingConversation {
    private final Conversation conversation;

    SamplingConversation(Conversation conversation) {
        this.conversation = conversation;
    }

    /** Throws {@link Conversation.Dismissed} if the person does not answer. */
    SamplingResult answer(SamplingRequest request) {
        conversation.say(page(request));
        for (SamplingMessage message : request.getMessages()) {
            conversation.say("  " + Text.oneLine(message.getRole(), 40) + ":");
            blocks(message.getContent()).forEach(conversation::quote);
        }
        conversation.say("Answer in the model's place; an empty line or . ends it. " + Conversation.DECLINE
                + " or Ctrl-D refuses.");
        String text = text(request.getMaxTokens());
        Map<String, String> block = new LinkedHashMap<>();
        block.put("type", "text");
        block.put("text", text);
        return new SamplingResult("assistant", RawJson.parse(Json.write(block, each -> each)), "human", "endTurn");
    }

    /** What is wished beside the messages. */
    static Page page(SamplingRequest request) {
        Map<String, String> rows = new LinkedHashMap<>();
        if (request.getSystemPrompt() != null) rows.put("system prompt:", request.getSystemPrompt());
        rows.put("longest answer:", Text.count((int) Math.min(request.getMaxTokens(), Integer.MAX_VALUE), "token"));
        put(rows, "model:", request.getModelPreferences());
        if (request.getTemperature() != null) rows.put("temperature:", Text.number(request.getTemperature()));
        if (!request.getStopSequences().isEmpty()) {
            rows.put("stops at:", Json.write(request.getStopSequences(), each -> each));
        }
        if (request.getIncludeContext() != null) rows.put("context:", request.getIncludeContext());
        if (request.getTools() != null) rows.put("tools:", names(request.getTools()));
        return new Page().rows(rows);
    }

    /** A line, or more for text, for each block of {@code content}, which is one block or a list of them. */
    static List<String> blocks(RawJson content) {
        List<String> lines = new ArrayList<>();
        JsonElement json = content.toElement();
        if (json instanceof List<?> list) list.forEach(each -> lines.add(block(RawJson.of((JsonElement) each))));
        else lines.add(block(content));
        return lines;
    }

    private static String block(RawJson block) {
        try {
            return Contents.line(block.decode(ContentBlock.Companion.serializer()));
        } catch (SerializationException e) {
            return Text.oneLine(block.getText(), 200);
        }
    }

    private String text(long maxTokens) {
        while (true) {
            String text = enteredText();
            if (text.isEmpty()) conversation.say("Nothing was entered. " + Conversation.DECLINE + " refuses.");
            // A word is one token at least; how many exactly, only a model could say.
            else if (text.split("\\s+").length > maxTokens) {
                conversation.say("That is longer than " + maxTokens + " tokens. Please answer again.");
            } else return text;
        }
    }

    private String enteredText() {
        List<String> lines = new ArrayList<>();
        while (true) {
            String line = conversation.ask("> ");
            if (line.isBlank() || line.strip().equals("."))
                return String.join("\n", lines).strip();
            lines.add(line);
        }
    }

    private static String names(RawJson tools) {
        List<String> names = new ArrayList<>();
        if (tools.toElement() instanceof List<?> list) {
            for (Object tool : list) {
                Object name = tool instanceof Map<?, ?> members ? members.get("name") : null;
                if (name != null) names.add(name.toString().replace("\"", ""));
            }
        }
        return String.join(", ", names);
    }

    private static void put(Map<String, String> rows, String name, @Nullable RawJson value) {
        if (value != null) rows.put(name, Text.firstLine(value.getText(), 300));
    }
}
