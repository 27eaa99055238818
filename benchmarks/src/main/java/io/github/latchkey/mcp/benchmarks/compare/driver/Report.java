package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Markdown: the targets, and a table for each test on each JDK. */
final class Report {
    private final Options options;
    private final List<Jdk> jdks;
    private final Results results;
    private final PrintStream out;

    Report(Options options, List<Jdk> jdks, Results results, PrintStream out) {
        this.options = options;
        this.jdks = jdks;
        this.results = results;
        this.out = out;
    }

    void print() {
        targets();
        if (options.trials.stream().anyMatch(trial -> trial.way() == Trial.Way.MEASURE)) {
            facade();
        }
        peers();
        for (Trial trial : options.trials) {
            for (Jdk jdk : jdks) {
                table(trial, jdk);
            }
        }
    }

    private void targets() {
        List<Contender> latchkey = options.contenders.stream()
                .filter(contender -> contender.sort() == Contender.Sort.LATCHKEY)
                .toList();
        List<String> head = new ArrayList<>(List.of("test", "JDK", "figure", "target"));
        latchkey.forEach(contender -> head.add(contender.id()));
        head.add("");
        out.println("Targets; ratios are to `java.net.http` in the same round.");
        out.println();
        row(head);
        rule(head.size());
        for (Target target : Target.ALL) {
            if (options.trials.contains(target.trial())) {
                jdks.forEach(jdk -> target(target, jdk, latchkey));
            }
        }
        out.println();
    }

    private void target(Target target, Jdk jdk, List<Contender> latchkey) {
        String kind = target.isRatio()
                ? target.metric().title() + ", ratio"
                : target.metric().title();
        List<String> cells = new ArrayList<>(
                List.of(target.trial().id(), jdk.version(), kind, "≤ " + figure(target, target.on(jdk))));
        boolean isMet = true;
        for (Contender contender : latchkey) {
            Spread spread = target.of(results, jdk, contender);
            cells.add(Figures.of(spread, value -> figure(target, value)));
            isMet &= spread.median() <= target.on(jdk);
        }
        cells.add(isMet ? "met" : "**missed**");
        row(cells);
    }

    private static String figure(Target target, double value) {
        if (target.isRatio() || target.metric() == Metric.THREADS) {
            return Figures.ratio(value);
        }
        return Figures.bytes(value);
    }

    /** What Latchkey for Java costs beyond Latchkey for Kotlin. */
    private void facade() {
        String futures = Contender.LATCHKEY_FUTURES.id();
        String kotlin = Contender.LATCHKEY_KOTLIN.id();
        out.println("CPU of `" + futures + "`, to `" + kotlin + "` in the same round; the target is 1.05.");
        out.println();
        List<String> head = new ArrayList<>(List.of("test"));
        jdks.forEach(jdk -> head.add("JDK " + jdk.version()));
        row(head);
        rule(head.size());
        for (Trial trial : options.trials) {
            if (trial.way() == Trial.Way.MEASURE) {
                List<String> cells = new ArrayList<>(List.of(trial.id()));
                jdks.forEach(jdk -> cells.add(
                        Figures.of(results.ratios(trial, jdk.version(), futures, kotlin, Metric.CPU), Figures::ratio)));
                row(cells);
            }
        }
        out.println();
    }

    /** Latchkey beside the other MCP clients: whether it needs less than each of them. */
    private void peers() {
        List<Contender> clients = options.contenders.stream()
                .filter(client -> client.sort() == Contender.Sort.LATCHKEY || client.sort() == Contender.Sort.PEER)
                .toList();
        out.println("Latchkey and the other MCP clients.");
        out.println();
        List<String> head = new ArrayList<>(List.of("test", "JDK", "figure"));
        clients.forEach(client -> head.add(client.id()));
        head.add("ahead");
        row(head);
        rule(head.size());
        for (Trial trial : options.trials) {
            for (Metric metric : trial.compared()) {
                jdks.forEach(jdk -> peers(trial, jdk, metric, clients));
            }
        }
        out.println();
    }

    private void peers(Trial trial, Jdk jdk, Metric metric, List<Contender> clients) {
        List<String> cells = new ArrayList<>(List.of(trial.id(), jdk.version(), metric.title()));
        double ours = 0;
        double best = Double.POSITIVE_INFINITY;
        for (Contender client : clients) {
            double median =
                    results.values(trial, jdk.version(), client.id(), metric).median();
            cells.add(Double.isNaN(median) ? "—" : metric.format(median));
            if (client.sort() == Contender.Sort.LATCHKEY) {
                ours = Math.max(ours, median);
            } else {
                best = Math.min(best, median);
            }
        }
        cells.add(ours < best ? "yes" : "**no**");
        row(cells);
    }

    private void table(Trial trial, Jdk jdk) {
        out.println("**" + trial.id() + "**, JDK " + jdk.version() + ": " + trial.title());
        out.println();
        switch (trial.way()) {
            case MEASURE -> calls(trial, jdk);
            case IDLE -> idle(trial, jdk);
            case COLD -> cold(trial, jdk);
            case CLI -> cli(trial, jdk);
        }
        out.println();
    }

    private void calls(Trial trial, Jdk jdk) {
        head(
                "client",
                "CPU, ratio",
                "p50, ratio",
                "CPU per 10,000",
                "p50",
                "p99",
                "calls/s",
                "allocated",
                "connections",
                "server's CPU",
                "incomplete");
        for (Contender contender : options.contenders) {
            Row row = new Row(results, trial, jdk, contender.id());
            row(List.of(
                    contender.id(),
                    row.ratio(Metric.CPU),
                    row.ratio(Metric.P50),
                    row.median(Metric.CPU, Figures::millis),
                    row.median(Metric.P50, Figures::micros),
                    row.median(Metric.P99, Figures::micros),
                    row.median(Metric.RATE, Figures::number),
                    row.median(Metric.BYTES, Figures::bytes),
                    row.median(Metric.CONNECTIONS, Figures::number),
                    row.median(Metric.SERVER_CPU, Figures::millis),
                    row.incomplete()));
        }
    }

    private void idle(Trial trial, Jdk jdk) {
        head("client", "heap per session", "threads per session");
        for (Contender contender : options.contenders) {
            if (trial.suits(contender)) {
                Row row = new Row(results, trial, jdk, contender.id());
                row(List.of(
                        contender.id(),
                        row.spread(Metric.HEAP, Figures::bytes),
                        row.spread(Metric.THREADS, Figures::ratio)));
            }
        }
    }

    private void cold(Trial trial, Jdk jdk) {
        head("client", "time, ratio", "CPU, ratio", "time", "CPU");
        for (Contender contender : options.contenders) {
            Row row = new Row(results, trial, jdk, contender.id());
            row(List.of(
                    contender.id(),
                    row.ratio(Metric.WALL),
                    row.ratio(Metric.PROCESS_CPU),
                    row.median(Metric.WALL, Figures::millis),
                    row.median(Metric.PROCESS_CPU, Figures::millis)));
        }
    }

    private void cli(Trial trial, Jdk jdk) {
        head("command", "time", "CPU");
        for (CliCommand command : CliCommand.values()) {
            Row row = new Row(results, trial, jdk, command.title());
            row(List.of(
                    "`" + command.title() + "`",
                    row.spread(Metric.WALL, Figures::millis),
                    row.spread(Metric.PROCESS_CPU, Figures::millis)));
        }
    }

    private void head(String... cells) {
        row(Arrays.asList(cells));
        rule(cells.length);
    }

    private void rule(int columns) {
        out.println("|" + " --- |".repeat(columns));
    }

    private void row(List<String> cells) {
        out.println("| " + String.join(" | ", cells) + " |");
    }
}
