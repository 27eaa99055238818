package io.github.latchkey.mcp.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A call, and every stage that is derived from it: who waits for one of them by {@link #get()} or {@link #join()} does its work. */
final class CallFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final WaitingThread waiting;

    CallFuture(WaitingThread waiting) {
        this.waiting = waiting;
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CallFuture<>(waiting);
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        waiting.workUntilDone(this);
        return super.get();
    }

    @Override
    public T join() {
        try {
            waiting.workUntilDone(this);
        } catch (InterruptedException e) {
            // Of which this method knows nothing: it waits on.
            Thread.currentThread().interrupt();
        }
        return super.join();
    }
}
