package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.CallToolResult;
import io.github.latchkey.mcp.ContentBlock;
import io.github.latchkey.mcp.RawJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the result of a call is made of, for the terminal and for files. */
final class ResultParts {
    private ResultParts() {}

    /** All of it on {@code page}. */
    static void show(CallToolResult result, Page page) {
        for (ContentBlock block : result.getContent()) Contents.show(block, page);
        RawJson structured = result.getStructuredContent();
        if (structured != null && result.getContent().isEmpty()) page.add(Line.asItIs(structured.getText()));
    }

    /** What goes to files: what is not text, and then the text is shown on {@code page}; if there is nothing else, the text. */
    static List<Blob> toKeep(CallToolResult result, Page page) {
        List<Blob> kept = new ArrayList<>();
        List<ContentBlock> text = new ArrayList<>();
        for (ContentBlock block : result.getContent()) {
            @Nullable Blob blob = Blob.find(block);
            if (blob == null) text.add(block);
            else kept.add(blob);
        }
        if (kept.isEmpty()) return textOf(result, text);
        text.forEach(block -> Contents.show(block, page));
        return kept;
    }

    private static List<Blob> textOf(CallToolResult result, List<ContentBlock> text) {
        RawJson structured = result.getStructuredContent();
        if (text.isEmpty() && structured != null) {
            return List.of(Blob.ofText(structured.getText() + "\n", "application/json"));
        }
        StringBuilder all = new StringBuilder();
        text.forEach(block -> all.append(Contents.line(block)).append('\n'));
        return List.of(Blob.ofText(all.toString(), null));
    }
}
