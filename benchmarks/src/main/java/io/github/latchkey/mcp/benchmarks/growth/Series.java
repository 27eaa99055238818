package io.github.latchkey.mcp.benchmarks.growth;

import java.util.List;
import java.util.function.IntFunction;

/** One thing that grows, and what is measured while it does. */
enum Series {
    SESSIONS(
            "sessions",
            "A small call, one session after the other",
            "open sessions",
            List.of(1, 10, 100, 500, 1_000, 2_000),
            n -> "sessions:/json:" + n,
            Per.CALL),
    LISTED(
            "listed",
            "A small call, after the tools were listed",
            "tools of the server",
            List.of(10, 100, 1_000, 10_000),
            n -> "listed:/tools/" + n,
            Per.CALL),
    TOOLS(
            "tools",
            "tools/list, for each tool",
            "tools on the page",
            List.of(10, 100, 1_000, 10_000),
            n -> "calls:/tools/" + n + ":LIST_TOOLS:1",
            Per.ITEM),
    NOTIFICATIONS(
            "notifications",
            "A call with progress, for each notification",
            "notifications in the call",
            List.of(10, 100, 1_000, 10_000, 100_000),
            n -> "calls:/progress/" + n + ":CALL_WITH_PROGRESS:1",
            Per.ITEM);

    private enum Per {
        CALL,
        ITEM
    }

    private final String id;
    private final String title;
    private final String unit;
    private final List<Integer> sizes;
    private final IntFunction<String> task;
    private final Per per;

    Series(String id, String title, String unit, List<Integer> sizes, IntFunction<String> task, Per per) {
        this.id = id;
        this.title = title;
        this.unit = unit;
        this.sizes = sizes;
        this.task = task;
        this.per = per;
    }

    String id() {
        return id;
    }

    String title() {
        return title;
    }

    /** What there are {@link #sizes} of. */
    String unit() {
        return unit;
    }

    List<Integer> sizes() {
        return sizes;
    }

    /** As {@code Measure} takes it. */
    String task(int size) {
        return task.apply(size);
    }

    /** What a call has to bring at least, so that it was whole. */
    int leastBrought(int size) {
        return per == Per.ITEM ? size : 1;
    }

    /** What a figure of a call is divided by. */
    int parts(int size) {
        return per == Per.ITEM ? size : 1;
    }
}
