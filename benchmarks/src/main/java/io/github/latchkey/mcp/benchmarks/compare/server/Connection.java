package io.github.latchkey.mcp.benchmarks.compare.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** One connection: requests are answered in their order, and while an answer is being written nothing more is read. */
final class Connection {
    private static final ByteBuffer[] NONE = {};

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Counters counters;
    private final HttpRequest request = new HttpRequest();
    private final Deque<ByteBuffer> unsent = new ArrayDeque<>();
    private boolean closing;

    Connection(SocketChannel channel, SelectionKey key, Counters counters) {
        this.channel = channel;
        this.key = key;
        this.counters = counters;
    }

    void ready(ByteBuffer received) throws IOException {
        if (key.isWritable()) {
            send();
        }
        if (key.isValid() && key.isReadable()) {
            read(received);
        }
    }

    private void read(ByteBuffer received) throws IOException {
        received.clear();
        int count = channel.read(received);
        if (count < 0) {
            channel.close();
            return;
        }
        request.append(received.flip());
        answerAll();
    }

    private void answerAll() throws IOException {
        while (unsent.isEmpty() && !closing && request.isComplete()) {
            counters.requests++;
            closing = request.wantsClose();
            Answers.to(request, unsent);
            request.next();
            send();
        }
        if (request.wantsContinue()) {
            unsent.add(Answers.goOn());
            send();
        }
    }

    private void send() throws IOException {
        if (!unsent.isEmpty()) {
            channel.write(unsent.toArray(NONE));
            while (!unsent.isEmpty() && !unsent.peek().hasRemaining()) {
                unsent.remove();
            }
        }
        if (!unsent.isEmpty()) {
            key.interestOps(SelectionKey.OP_WRITE);
        } else if (closing) {
            channel.close();
        } else if (key.interestOps() != SelectionKey.OP_READ) {
            key.interestOps(SelectionKey.OP_READ);
            answerAll();
        }
    }
}
