package io.github.latchkey.mcp.benchmarks.compare.driver;

/** A figure that a process reported, under the name that it has in the results. */
enum Metric {
    CPU("cpu_ms_per_10k", "CPU"),
    P50("p50_us", "p50"),
    P99("p99_us", "p99"),
    RATE("calls_per_s", "calls/s"),
    BYTES("bytes_per_call", "allocated"),
    CONNECTIONS("connections", "connections"),
    SERVER_CPU("server_cpu_ms_per_10k", "server's CPU"),
    FAILED("failed", "failed"),
    TOO_SMALL("too_small", "incomplete"),
    HEAP("heap_per_session", "heap per session"),
    THREADS("threads_per_session", "threads per session"),
    WALL("wall_ms", "time"),
    PROCESS_CPU("process_cpu_ms", "CPU");

    private final String field;
    private final String title;

    Metric(String field, String title) {
        this.field = field;
        this.title = title;
    }

    /** A value of it, as people read it. */
    String format(double value) {
        return switch (this) {
            case CPU, WALL, PROCESS_CPU, SERVER_CPU -> Figures.millis(value);
            case P50, P99 -> Figures.micros(value);
            case BYTES, HEAP -> Figures.bytes(value);
            case THREADS -> Figures.ratio(value);
            case RATE, CONNECTIONS, FAILED, TOO_SMALL -> Figures.number(value);
        };
    }

    String field() {
        return field;
    }

    String title() {
        return title;
    }
}
