package io.github.latchkey.mcp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever waits for a call does its work, and waits no longer than for the call. */
@Timeout(30)
class CallFutureTest {
    private final ExecutorService others = Executors.newCachedThreadPool();
    private final List<Runnable> leftOver = new ArrayList<>();
    private final WaitingThread waiting = new WaitingThread(leftOver::add);
    private final CallFuture<String> call = new CallFuture<>(waiting);

    @AfterEach
    void endOthers() {
        others.shutdownNow();
    }

    @Test
    void nobodyTakesATaskWhileNobodyWaits() throws Exception {
        assertFalse(waiting.offer(() -> call.complete("by the waiting thread")));
        call.complete("done");
        assertEquals("done", call.get());
        assertFalse(waiting.offer(() -> {}));
    }

    @Test
    void theWaitingThreadDoesTheWorkAndRunsWhatDependsOnIt() throws Exception {
        CompletableFuture<Thread> dependent = call.thenApply(text -> Thread.currentThread());
        others.execute(offering(() -> call.complete("done")));
        assertSame(Thread.currentThread(), dependent.get());
    }

    @Test
    void aCallThatOthersCompleteIsNotWaitedForAnyLonger() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            CallFuture<Integer> quick = new CallFuture<>(new WaitingThread(leftOver::add));
            int value = i;
            others.execute(() -> quick.complete(value));
            assertEquals(value, quick.thenApply(same -> same).get());
        }
    }

    @Test
    void severalThreadsMayWait() throws Exception {
        CompletableFuture<String> first = CompletableFuture.supplyAsync(call::join, others);
        CompletableFuture<String> second = CompletableFuture.supplyAsync(call::join, others);
        others.execute(offering(() -> call.complete("done")));
        assertEquals("done", first.get());
        assertEquals("done", second.get());
    }

    @Test
    void whatIsLeftWhenTheCallIsOverRunsElsewhere() throws Exception {
        Runnable late = () -> {};
        others.execute(offering(() -> {
            assertTrue(waiting.offer(late));
            call.complete("done");
        }));
        assertEquals("done", call.join());
        assertEquals(List.of(late), leftOver);
    }

    @Test
    void anInterruptEndsGetAndNotTheCall() throws Exception {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, call::get);
        assertFalse(call.isDone());
        assertFalse(waiting.offer(() -> {}));
    }

    @Test
    void anInterruptIsKeptByJoin() {
        CountDownLatch waits = new CountDownLatch(1);
        Thread waiter = Thread.currentThread();
        others.execute(offering(waits::countDown));
        others.execute(() -> {
            awaitQuietly(waits);
            waiter.interrupt();
            call.complete("done");
        });
        assertEquals("done", call.join());
        assertTrue(Thread.interrupted());
    }

    @Test
    void aFailureArrives() {
        others.execute(offering(() -> call.completeExceptionally(new IllegalStateException("no"))));
        assertThrows(java.util.concurrent.ExecutionException.class, call::get);
    }

    /** Offers {@code task} as soon as somebody waits. */
    private Runnable offering(Runnable task) {
        return () -> {
            while (!waiting.offer(task)) {
                Thread.onSpinWait();
            }
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
