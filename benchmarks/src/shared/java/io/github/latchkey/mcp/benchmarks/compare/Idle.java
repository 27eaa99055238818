package io.github.latchkey.mcp.benchmarks.compare;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What open sessions cost that do nothing: heap, and threads beyond those there are with ten of them. */
public final class Idle {
    private static final int FIRST = 10;
    private static final long SETTLE_MILLIS = 2_000;

    private Idle() {}

    /** The class of the client, the port of the server, and how many sessions. */
    public static void main(String[] args) throws Exception {
        Clients clients = new Clients(args[0], "http://127.0.0.1:" + args[1]);
        int count = Integer.parseInt(args[2]);
        List<Client> open = new ArrayList<>();
        open(clients, open, FIRST);
        long heap = usedHeap();
        int threads = threads();
        open(clients, open, count);
        double bytes = usedHeap() - heap;
        System.out.printf(
                Locale.ROOT,
                "RESULT heap_per_session=%.0f threads_before=%d threads_per_session=%.3f%n",
                bytes / count,
                threads,
                (double) (threads() - threads) / count);
        System.exit(open.size() == FIRST + count ? 0 : 1);
    }

    private static void open(Clients clients, List<Client> open, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            open.add(clients.open("/json"));
        }
        Thread.sleep(SETTLE_MILLIS);
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
