package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.util.Arrays;
import java.util.List;

/** A test of the comparison. */
enum Trial {
    JSON("json", Way.MEASURE, "calls:/json:CALL:1", "a small call, answered as JSON"),
    SSE("sse", Way.MEASURE, "calls:/sse:CALL:1", "a small call, answered as an event stream"),
    IN_FLIGHT_64("inflight64", Way.MEASURE, "calls:/json:CALL:64", "small calls, 64 at once"),
    IN_FLIGHT_512("inflight512", Way.MEASURE, "calls:/json:CALL:512", "small calls, 512 at once"),
    LARGE("large", Way.MEASURE, "calls:/large:CALL_FOR_LARGE:1", "a result of 1 MiB"),
    BOTH("both", Way.MEASURE, "calls:/large:CALL_WITH_LARGE:1", "an argument of 1 MiB and a result of 1 MiB"),
    PROGRESS(
            "progress",
            Way.MEASURE,
            "calls:/progress/1000:CALL_WITH_PROGRESS:1",
            "1,000 notifications of progress in a call"),
    TOOLS("tools", Way.MEASURE, "calls:/tools/1000:LIST_TOOLS:1", "`tools/list` with 1,000 tools"),
    CONNECT("connect", Way.MEASURE, "connect", "a handshake"),
    REFUSED("refused", Way.MEASURE, "refused", "from a 401 to the exception"),
    IDLE("idle", Way.IDLE, "", "a session that is open and idle"),
    COLD("cold", Way.COLD, "", "a process, from its start to the first result"),
    CLI("cli", Way.CLI, "", "`latchkey --version` and `latchkey tools`, whole processes");

    /** How it is run: which program. */
    enum Way {
        MEASURE,
        IDLE,
        COLD,
        CLI
    }

    private final String id;
    private final Way way;
    private final String task;
    private final String title;

    Trial(String id, Way way, String task, String title) {
        this.id = id;
        this.way = way;
        this.task = task;
        this.title = title;
    }

    static Trial of(String id) {
        return Arrays.stream(values())
                .filter(trial -> trial.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new UsageException("no test is called " + id));
    }

    /** Whether it says something about the client. */
    boolean suits(Contender contender) {
        return switch (way) {
            case MEASURE, COLD -> true;
            case IDLE -> contender.sort() != Contender.Sort.BARE;
            case CLI -> false;
        };
    }

    /** What Latchkey is to need less of than other clients. */
    List<Metric> compared() {
        return switch (way) {
            case MEASURE -> List.of(Metric.CPU, Metric.BYTES);
            case IDLE -> List.of(Metric.HEAP, Metric.THREADS);
            case COLD -> List.of(Metric.WALL, Metric.PROCESS_CPU);
            case CLI -> List.of();
        };
    }

    String id() {
        return id;
    }

    Way way() {
        return way;
    }

    String task() {
        return task;
    }

    String title() {
        return title;
    }
}
