package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.AudioContent;
import io.github.latchkey.mcp.ContentBlock;
import io.github.latchkey.mcp.EmbeddedResource;
import io.github.latchkey.mcp.ImageContent;
import io.github.latchkey.mcp.ResourceContents;
import io.github.latchkey.mcp.ResourceLink;
import io.github.latchkey.mcp.TextContent;

/** What tools, prompts and resources hold, as lines for people. */
final class Contents {
    private Contents() {}

    static String line(ContentBlock block) {
        if (block instanceof TextContent text) return text.getText();
        if (block instanceof ImageContent image) return binary("image", image.getMimeType(), image.getData());
        if (block instanceof AudioContent audio) return binary("audio", audio.getMimeType(), audio.getData());
        if (block instanceof ResourceLink link) return "[resource " + link.getUri() + " " + link.getName() + "]";
        if (block instanceof EmbeddedResource embedded) return line(embedded.getResource());
        return "[" + block.getType() + "]";
    }

    static String line(ResourceContents contents) {
        if (contents.getText() != null) return contents.getText();
        String blob = contents.getBlob();
        return binary(contents.getUri(), String.valueOf(contents.getMimeType()), blob == null ? "" : blob);
    }

    private static String binary(String what, String mimeType, String base64) {
        return "[" + what + ", " + mimeType + ", " + base64.length() / 4 * 3 + " bytes]";
    }
}
