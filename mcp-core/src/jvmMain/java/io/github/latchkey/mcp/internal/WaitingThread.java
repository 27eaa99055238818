package io.github.latchkey.mcp.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread that waits for a call, if there is one: it does the work of the call meanwhile. So an answer does not go through a third
 * thread on its way from the one that received it to the one that waits for it.
 */
final class WaitingThread {
    private final Executor otherwise;

    // Guarded by this: both null while nobody waits.
    private @Nullable Thread thread;
    private @Nullable Queue<Runnable> tasks;

    /** @param otherwise runs what the waiting thread was offered, and has no use for any more */
    WaitingThread(Executor otherwise) {
        this.otherwise = otherwise;
    }

    /** Has the waiting thread run {@code task}; returns false if none waits. */
    boolean offer(Runnable task) {
        Thread waiting;
        synchronized (this) {
            if (tasks == null) {
                return false;
            }
            tasks.add(task);
            waiting = thread;
        }
        LockSupport.unpark(waiting);
        return true;
    }

    /**
     * Runs what is offered until {@code future} is done. Returns at once if another thread does so already.
     *
     * @throws InterruptedException if this thread is interrupted while it waits
     */
    void workUntilDone(CompletableFuture<?> future) throws InterruptedException {
        if (future.isDone() || !enter()) {
            return;
        }
        try {
            work(future);
        } finally {
            leave();
        }
    }

    private void work(CompletableFuture<?> future) throws InterruptedException {
        Thread current = Thread.currentThread();
        // It may be completed by somebody else. What comes of this is done only after it has run, so that is not what
        // is waited for.
        CompletableFuture<?> unused = future.whenComplete((value, failure) -> LockSupport.unpark(current));
        while (!future.isDone()) {
            Runnable task = next();
            if (task != null) {
                task.run();
            } else {
                ForkJoinPool.managedBlock(new Pause(future));
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    private synchronized boolean enter() {
        if (thread != null) {
            return false;
        }
        thread = Thread.currentThread();
        tasks = new ArrayDeque<>(2);
        return true;
    }

    private synchronized void leave() {
        if (tasks != null) {
            tasks.forEach(otherwise::execute);
        }
        tasks = null;
        thread = null;
    }

    private synchronized @Nullable Runnable next() {
        return tasks == null ? null : tasks.poll();
    }

    private synchronized boolean hasTask() {
        return tasks != null && !tasks.isEmpty();
    }

    /** Until there is something to do. A pool whose worker waits here may start another. */
    private final class Pause implements ForkJoinPool.ManagedBlocker {
        private final CompletableFuture<?> future;

        Pause(CompletableFuture<?> future) {
            this.future = future;
        }

        @Override
        public boolean block() {
            LockSupport.park(WaitingThread.this);
            return true;
        }

        @Override
        public boolean isReleasable() {
            return future.isDone() || hasTask() || Thread.currentThread().isInterrupted();
        }
    }
}
