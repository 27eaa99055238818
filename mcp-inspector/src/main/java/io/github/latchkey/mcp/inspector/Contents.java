package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.AudioContent;
import io.github.latchkey.mcp.ContentBlock;
import io.github.latchkey.mcp.EmbeddedResource;
import io.github.latchkey.mcp.ImageContent;
import io.github.latchkey.mcp.ResourceContents;
import io.github.latchkey.mcp.ResourceLink;
import io.github.latchkey.mcp.TextContent;
import org.jspecify.annotations.Nullable;

/** What tools, prompts and resources hold, as lines for people. */
final class Contents {
    private Contents() {}

    /** {@code block} on {@code page}: text as it is, a picture where the terminal shows it, else what it is. */
    static void show(ContentBlock block, Page page) {
        boolean isBinary = block instanceof ImageContent
                || block instanceof AudioContent
                || (block instanceof EmbeddedResource embedded
                        && embedded.getResource().getText() == null);
        show(line(block), isBinary ? Blob.findReadable(block) : null, page);
    }

    static void show(ResourceContents contents, Page page) {
        show(line(contents), contents.getText() == null ? Blob.findReadable(contents) : null, page);
    }

    private static void show(String line, @Nullable Blob binary, Page page) {
        page.add(binary == null ? Line.asItIs(line) : Line.binary(line, binary));
    }

    static String line(ContentBlock block) {
        if (block instanceof TextContent text) return text.getText();
        if (block instanceof ImageContent image) return binary("image", image.getMimeType(), image.getData());
        if (block instanceof AudioContent audio) return binary("audio", audio.getMimeType(), audio.getData());
        if (block instanceof ResourceLink link) return "[resource " + link.getUri() + " " + link.getName() + "]";
        if (block instanceof EmbeddedResource embedded) return line(embedded.getResource());
        return "[" + block.getType() + "]";
    }

    private static String line(ResourceContents contents) {
        if (contents.getText() != null) return contents.getText();
        String blob = contents.getBlob();
        return binary(contents.getUri(), String.valueOf(contents.getMimeType()), blob == null ? "" : blob);
    }

    private static String binary(String what, String mimeType, String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return "[" + what + ", " + mimeType + ", " + Text.count(base64.length() / 4 * 3 - padding, "byte") + "]";
    }
}
