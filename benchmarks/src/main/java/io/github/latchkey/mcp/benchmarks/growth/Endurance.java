package io.github.latchkey.mcp.benchmarks.growth;

import io.github.latchkey.mcp.benchmarks.compare.Slices;
import java.util.Locale;

/**
 * Calls by the hundred thousand in one session: what one of them costs, and what the heap holds after a collection, slice by slice.
 * The class of the client, the port of the server, how many slices and how many calls each.
 */
public final class Endurance {
    private static final int IN_FLIGHT = 8;

    private Endurance() {}

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[2]);
        int calls = Integer.parseInt(args[3]);
        try (Slices slices = new Slices(args[0], "http://127.0.0.1:" + args[1] + "/json", IN_FLIGHT)) {
            // What is loaded and compiled in the first calls is no leak.
            slices.run(calls);
            for (int i = 1; i <= count; i++) {
                Slices.Slice slice = slices.run(calls);
                System.out.printf(
                        Locale.ROOT,
                        "RESULT cpu_%d=%.2f heap_%d=%d failed_%d=%d%n",
                        i,
                        slice.cpuMicros(),
                        i,
                        slice.heapBytes(),
                        i,
                        slice.failures());
            }
        }
        System.exit(0);
    }
}
