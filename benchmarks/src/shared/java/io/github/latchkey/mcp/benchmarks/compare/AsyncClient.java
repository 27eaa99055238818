package io.github.latchkey.mcp.benchmarks.compare;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A client whose calls are futures: as many as asked for are under way, each begins the next when it is done. */
public interface AsyncClient extends Client {
    CompletableFuture<Long> start(Kind kind);

    @Override
    default long call(Kind kind) throws Exception {
        return start(kind).get();
    }

    @Override
    default void run(Kind kind, int inFlight, Work work) throws Exception {
        if (inFlight == 1) {
            Client.super.run(kind, inFlight, work);
            return;
        }
        CountDownLatch running = new CountDownLatch(inFlight);
        for (int i = 0; i < inFlight; i++) {
            next(kind, work, running);
        }
        running.await();
    }

    private void next(Kind kind, Work work, CountDownLatch running) {
        if (!work.more()) {
            running.countDown();
            return;
        }
        long start = System.nanoTime();
        start(kind).whenComplete((size, failure) -> {
            if (failure == null) {
                work.took(start, size, kind);
            } else {
                work.failed(failure);
            }
            next(kind, work, running);
        });
    }
}
