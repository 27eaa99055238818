package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.JsonRpcMessage;
import io.github.latchkey.mcp.JsonRpcNotification;
import io.github.latchkey.mcp.JsonRpcRequest;
import io.github.latchkey.mcp.RawJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kotlinx.serialization.SerializationException;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonObject;
import kotlinx.serialization.json.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** Reads what {@link TraceFile} wrote. Whatever is wrong with it is a {@link UsageException} that names the line. */
final class RecordingReader {
    static final int MAX_MEBIBYTES = 32;

    private static final int MAX_DEPTH = 200;
    private static final String REMEDY = "give a file that --trace has written, whole and unchanged";

    private final Path file;
    private final List<RecordedExchange> exchanges = new ArrayList<>();
    private final List<JsonRpcNotification> unasked = new ArrayList<>();

    /** By the id of the request; one that has the id of an earlier one, as in another session, takes its place. */
    private final Map<JsonElement, RecordedExchange> byId = new LinkedHashMap<>();

    private int line;

    private RecordingReader(Path file) {
        this.file = file;
    }

    static Recording read(Path file) {
        return new RecordingReader(file).read();
    }

    private Recording read() {
        try {
            if (Files.size(file) > MAX_MEBIBYTES * 1024L * 1024) {
                throw new UsageException(file + " is larger than " + MAX_MEBIBYTES + " MiB", "record less at once");
            }
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                    line++;
                    if (!text.isBlank()) take(text);
                }
            }
        } catch (CharacterCodingException e) {
            line++;
            throw broken("is not UTF-8");
        } catch (IOException e) {
            throw new UsageException("the file " + file + " cannot be read", "check its name, and who may read it");
        }
        if (exchanges.isEmpty()) throw new UsageException("there are no messages in " + file, REMEDY);
        return new Recording(exchanges, unasked);
    }

    private void take(String text) {
        if (isTooDeep(text)) throw broken("is nested more than " + MAX_DEPTH + " levels deep");
        JsonObject event = parse(text);
        switch (string(event, "event")) {
            case "message" -> takeMessage(event);
            case "exchange.failure" -> takeFailure(event);
            case "" -> throw broken("has no event");
            default -> {} // of no use here
        }
    }

    private JsonObject parse(String text) {
        try {
            JsonObject event = RawJson.parse(text).toObject();
            if (event != null) return event;
        } catch (SerializationException e) {
            // Told below: what the parser says quotes the line.
        }
        throw broken("is no JSON object");
    }

    private void takeMessage(JsonObject event) {
        boolean isSent = string(event, "direction").equals("sent");
        if (!isSent && !string(event, "direction").equals("received")) throw broken("has no direction");
        JsonRpcMessage message = message(event.get("body"));
        JsonElement id = event.get("exchange");
        if (!isSent) {
            received(message, id);
        } else if (message instanceof JsonRpcRequest request) {
            RecordedExchange exchange = new RecordedExchange(request);
            exchanges.add(exchange);
            if (id != null) byId.put(id, exchange);
        }
    }

    private void received(JsonRpcMessage message, @Nullable JsonElement id) {
        RecordedExchange exchange = id == null ? running() : byId.get(id);
        if (exchange != null) exchange.add(message);
        else if (id != null) throw broken("belongs to an exchange that is not there");
        else if (message instanceof JsonRpcNotification notification) unasked.add(notification);
    }

    /** On a pipe a request of the server names no exchange: it belongs to what is under way. */
    private @Nullable RecordedExchange running() {
        for (int at = exchanges.size() - 1; at >= 0; at--) {
            if (!exchanges.get(at).hasEnded()) return exchanges.get(at);
        }
        return null;
    }

    private void takeFailure(JsonObject event) {
        RecordedExchange exchange = byId.get(event.get("exchange"));
        if (exchange == null) throw broken("belongs to an exchange that is not there");
        String body = event.containsKey("bodyStart") ? string(event, "bodyStart") : null;
        exchange.fail(new RecordedExchange.Failure(string(event, "code"), status(event.get("status")), body));
    }

    private @Nullable Integer status(@Nullable JsonElement status) {
        if (status == null) return null;
        String text = status.toString();
        if (!text.matches("[1-5][0-9][0-9]")) throw broken("has a status that is none");
        return Integer.valueOf(text);
    }

    private JsonRpcMessage message(@Nullable JsonElement body) {
        try {
            return JsonRpcMessage.parse(String.valueOf(body));
        } catch (SerializationException e) {
            throw broken("has no JSON-RPC message as its body");
        }
    }

    private UsageException broken(String how) {
        return new UsageException("line " + line + " of " + file + " " + how, REMEDY);
    }

    private static String string(JsonObject object, String member) {
        return object.get(member) instanceof JsonPrimitive text && text.isString() ? text.getContent() : "";
    }

    /** Parsers that recurse run out of stack. */
    private static boolean isTooDeep(String text) {
        int depth = 0;
        boolean isInString = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (isInString && c == '\\') at++;
            else if (c == '"') isInString = !isInString;
            else if (!isInString && (c == '{' || c == '[') && ++depth > MAX_DEPTH) return true;
            else if (!isInString && (c == '}' || c == ']')) depth--;
        }
        return false;
    }
}
