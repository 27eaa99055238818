package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.AudioContent;
import io.github.latchkey.mcp.ContentBlock;
import io.github.latchkey.mcp.EmbeddedResource;
import io.github.latchkey.mcp.ImageContent;
import io.github.latchkey.mcp.ResourceContents;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file takes or a picture shows. */
final class Blob {
    /** Names come from here alone: a server has no say in what a file is called. */
    private static final Map<String, String> EXTENSIONS = Map.ofEntries(
            Map.entry("image/png", "png"),
            Map.entry("image/jpeg", "jpg"),
            Map.entry("image/gif", "gif"),
            Map.entry("image/webp", "webp"),
            Map.entry("image/svg+xml", "svg"),
            Map.entry("audio/wav", "wav"),
            Map.entry("audio/x-wav", "wav"),
            Map.entry("audio/mpeg", "mp3"),
            Map.entry("audio/ogg", "ogg"),
            Map.entry("audio/flac", "flac"),
            Map.entry("video/mp4", "mp4"),
            Map.entry("application/json", "json"),
            Map.entry("application/pdf", "pdf"),
            Map.entry("application/xml", "xml"),
            Map.entry("application/zip", "zip"),
            Map.entry("application/gzip", "gz"),
            Map.entry("text/plain", "txt"),
            Map.entry("text/markdown", "md"),
            Map.entry("text/html", "html"),
            Map.entry("text/css", "css"),
            Map.entry("text/csv", "csv"),
            Map.entry("text/xml", "xml"));

    private final byte[] bytes;
    private final @Nullable String mimeType;

    /** @param mimeType what the server says that it is */
    Blob(byte[] bytes, @Nullable String mimeType) {
        this.bytes = bytes.clone();
        this.mimeType = mimeType;
    }

    static Blob ofText(String text, @Nullable String mimeType) {
        return new Blob(text.getBytes(StandardCharsets.UTF_8), mimeType == null ? "text/plain" : mimeType);
    }

    /** Null for what is nothing but text, or a link. Throws {@link UsageException} for Base64 that is none. */
    static @Nullable Blob find(ContentBlock block) {
        if (block instanceof ImageContent image) return new Blob(decode(image.getData()), image.getMimeType());
        if (block instanceof AudioContent audio) return new Blob(decode(audio.getData()), audio.getMimeType());
        return block instanceof EmbeddedResource embedded ? of(embedded.getResource()) : null;
    }

    static Blob of(ResourceContents contents) {
        if (contents.getText() != null) return ofText(contents.getText(), contents.getMimeType());
        String blob = contents.getBlob();
        return new Blob(decode(blob == null ? "" : blob), contents.getMimeType());
    }

    /** The same, and null for Base64 that is none. */
    static @Nullable Blob findReadable(ContentBlock block) {
        try {
            return find(block);
        } catch (UsageException e) {
            return null;
        }
    }

    static @Nullable Blob findReadable(ResourceContents contents) {
        try {
            return of(contents);
        } catch (UsageException e) {
            return null;
        }
    }

    byte[] bytes() {
        return bytes.clone();
    }

    boolean isImage() {
        return type().startsWith("image/");
    }

    /** Null for a type that has no usual one. */
    @Nullable
    String extension() {
        return EXTENSIONS.get(type());
    }

    /** Without parameters, such as a charset. */
    private String type() {
        return mimeType == null
                ? ""
                : mimeType.toLowerCase(Locale.ROOT).replaceFirst("\\s*;.*", "").strip();
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "the server's contents are no Base64", "leave out --out, and see them with --json");
        }
    }
}
