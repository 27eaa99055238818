package io.github.latchkey.mcp.stdio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The three streams of a child process, each with a thread: reading and writing a pipe blocks, and cannot be interrupted. The
 * threads end with the process; they are daemons, because a grandchild that has inherited a stream can hold it open for longer.
 */
final class ProcessPipe {
    /** Hears what the process writes. Called on the thread of the stream. */
    interface Listener {
        /** A line of standard output, without its end. */
        void onOutput(String line);

        /** A line of standard error, without its end. */
        void onError(String line);

        /** Standard output has ended; {@code tooLong} if that is because a line was longer than allowed. */
        void onOutputEnd(boolean tooLong);
    }

    private static final byte[] END_OF_INPUT = new byte[0];
    private static final int MAX_ERROR_LINE_BYTES = 8 * 1024;

    private final Process process;
    private final int maxLineBytes;
    private final Listener listener;
    // Each caller waits until its message is written, so there are never more entries than callers.
    private final BlockingQueue<Message> outgoing = new LinkedBlockingQueue<>();

    private static final class Message {
        final byte[] bytes;
        final Runnable onWritten;

        Message(byte[] bytes, Runnable onWritten) {
            this.bytes = bytes;
            this.onWritten = onWritten;
        }
    }

    ProcessPipe(Process process, int maxLineBytes, Listener listener) {
        this.process = process;
        this.maxLineBytes = maxLineBytes;
        this.listener = listener;
    }

    void start() {
        thread("in", this::writeInput).start();
        thread("out", this::readOutput).start();
        thread("err", this::readErrors).start();
    }

    /** Queues a line for standard input, without its end; {@code onWritten} runs when it has been written, or can no longer be. */
    void write(byte[] line, Runnable onWritten) {
        byte[] bytes = Arrays.copyOf(line, line.length + 1);
        bytes[line.length] = '\n';
        outgoing.add(new Message(bytes, onWritten));
    }

    /** Closes standard input once everything queued before is written. */
    void closeInput() {
        outgoing.add(new Message(END_OF_INPUT, () -> {}));
    }

    private Thread thread(String stream, Runnable task) {
        Thread thread = new Thread(task, "latchkey-stdio-" + stream + "-" + process.pid());
        thread.setDaemon(true);
        return thread;
    }

    private void writeInput() {
        try (OutputStream input = process.getOutputStream()) {
            while (true) {
                Message message = outgoing.take();
                if (message.bytes == END_OF_INPUT) {
                    return;
                }
                try {
                    input.write(message.bytes);
                    input.flush();
                } finally {
                    message.onWritten.run();
                }
            }
        } catch (IOException e) {
            // The process no longer reads. Its exit, or the end of its output, is what the callers hear of.
            releaseWriters();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void releaseWriters() {
        try {
            while (true) {
                Message message = outgoing.take();
                if (message.bytes == END_OF_INPUT) {
                    return;
                }
                message.onWritten.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readOutput() {
        boolean fits = readLines(process.getInputStream(), maxLineBytes, false, listener::onOutput);
        listener.onOutputEnd(!fits);
    }

    private void readErrors() {
        readLines(process.getErrorStream(), MAX_ERROR_LINE_BYTES, true, listener::onError);
    }

    private interface LineHandler {
        void onLine(String line);
    }

    /**
     * Reads lines to the end of the stream. A line that is too long is cut if it may be, else reading ends and the result is
     * false.
     */
    private static boolean readLines(InputStream stream, int maxBytes, boolean mayCut, LineHandler handler) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        try (InputStream in = stream) {
            int count;
            while ((count = in.read(chunk)) >= 0) {
                int start = 0;
                for (int i = 0; i < count; i++) {
                    if (chunk[i] == '\n') {
                        append(line, chunk, start, i, maxBytes);
                        handler.onLine(line.toString(StandardCharsets.UTF_8));
                        line.reset();
                        start = i + 1;
                    }
                }
                if (!append(line, chunk, start, count, maxBytes) && !mayCut) {
                    return false;
                }
            }
        } catch (IOException e) {
            // The stream was closed under us: the same as its end.
            return true;
        }
        if (line.size() > 0 && mayCut) {
            handler.onLine(line.toString(StandardCharsets.UTF_8));
        }
        return true;
    }

    /** Appends what fits; false if something did not. */
    private static boolean append(ByteArrayOutputStream line, byte[] chunk, int start, int end, int maxBytes) {
        int room = maxBytes - line.size();
        line.write(chunk, start, Math.min(end - start, room));
        return end - start <= room;
    }
}
