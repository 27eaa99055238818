package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.Terminal.Images;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class InlineImageTest {
    private static final String ESCAPE = "\u001b";

    @Test
    void itermGetsTheFile() {
        String sequence = InlineImage.sequence(new Blob(new byte[] {1, 2, 3}, "image/gif"), Images.ITERM);
        assertEquals(ESCAPE + "]1337;File=inline=1;size=3:AQID\u0007", sequence);
    }

    @Test
    void kittyGetsPiecesOf4096() {
        byte[] data = new byte[3 * 1024 + 1];
        String sequence = InlineImage.sequence(new Blob(data, "image/png"), Images.KITTY);
        String encoded = Base64.getEncoder().encodeToString(data);
        assertEquals(
                ESCAPE + "_Gf=100,a=T,q=2,m=1;" + encoded.substring(0, 4096) + ESCAPE + "\\" + ESCAPE + "_Gm=0;"
                        + encoded.substring(4096) + ESCAPE + "\\",
                sequence);
    }

    @Test
    void kittyGetsOtherKindsAsPng() throws IOException {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg);
        String sequence = InlineImage.sequence(new Blob(jpeg.toByteArray(), "image/jpeg"), Images.KITTY);
        assertTrue(String.valueOf(sequence).contains(";iVBORw0KGgo"), sequence);
        assertNull(InlineImage.sequence(new Blob(new byte[] {1}, "image/jpeg"), Images.KITTY), "broken");
    }

    @Test
    void whereNoPictureCanBeShownThereIsALineAndAHint() {
        Blob picture = new Blob(new byte[] {1, 2, 3}, "image/png");
        Page page = new Page().add(Line.binary("[image, image/png, 3 bytes]", picture));
        assertEquals("[image, image/png, 3 bytes]\n", print(page, "TERM", "no", false));
        assertEquals("[image, image/png, 3 bytes]  (to keep it, add --out FILE)\n", print(page, "NO_COLOR", "1", true));
        assertTrue(print(page, "LC_TERMINAL", "iTerm2", true).startsWith(ESCAPE + "]1337;"));
    }

    private static String print(Page page, String variable, String value, boolean isTerminal) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                name -> name.equals(variable) ? value : name.equals("TERM") ? "xterm" : null,
                each -> isTerminal,
                () -> 80);
        new Console(stream, stream, Reader.nullReader(), name -> null, terminal).print(page);
        return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
