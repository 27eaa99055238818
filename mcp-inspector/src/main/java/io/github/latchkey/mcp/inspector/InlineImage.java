package io.github.latchkey.mcp.inspector;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Pictures between the lines, for terminals that show them. The data is encoded anew, so that it cannot hold a sequence of its own. */
final class InlineImage {
    private static final String ESCAPE = "\u001b";

    /** The longest piece that kitty takes in one sequence. */
    private static final int PIECE = 4096;

    /** More than a screen has; a small file can unfold to any size. */
    private static final long MAX_PIXELS = 40_000_000;

    private InlineImage() {}

    /** What makes the terminal show {@code picture}; null if it cannot. */
    static @Nullable String sequence(Blob picture, Terminal.Images images) {
        return switch (images) {
            case NONE -> null;
            case ITERM -> iterm(picture.bytes());
            case KITTY -> {
                byte[] png = png(picture);
                yield png == null ? null : kitty(png);
            }
        };
    }

    // https://iterm2.com/documentation-images.html
    private static String iterm(byte[] data) {
        return ESCAPE + "]1337;File=inline=1;size=" + data.length + ":" + base64(data) + "\u0007";
    }

    // https://sw.kovidgoyal.net/kitty/graphics-protocol: f=100 is PNG, a=T shows it, q=2 wants no answer, m=1 says that
    // more follows
    private static String kitty(byte[] png) {
        String data = base64(png);
        StringBuilder sequence = new StringBuilder();
        for (int at = 0; at < data.length(); at += PIECE) {
            int end = Math.min(data.length(), at + PIECE);
            String what = at == 0 ? "f=100,a=T,q=2," : "";
            String more = end < data.length() ? "m=1" : "m=0";
            sequence.append(ESCAPE)
                    .append("_G")
                    .append(what)
                    .append(more)
                    .append(';')
                    .append(data, at, end)
                    .append(ESCAPE)
                    .append('\\');
        }
        return sequence.toString();
    }

    /** The kind that kitty shows; null if the picture is of another and cannot be read. */
    private static byte @Nullable [] png(Blob picture) {
        if ("png".equals(picture.extension())) return picture.bytes();
        try {
            BufferedImage read = read(picture.bytes());
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            return read != null && ImageIO.write(read, "png", png) ? png.toByteArray() : null;
        } catch (IOException | RuntimeException e) { // readers of broken files throw all sorts of things
            return null;
        }
    }

    private static @Nullable BufferedImage read(byte[] data) throws IOException {
        try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(data))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
            if (!readers.hasNext()) return null;
            ImageReader reader = readers.next();
            try {
                reader.setInput(input, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                return pixels > MAX_PIXELS ? null : reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    private static String base64(byte[] data) {
        return Base64.getEncoder().encodeToString(data);
    }
}
