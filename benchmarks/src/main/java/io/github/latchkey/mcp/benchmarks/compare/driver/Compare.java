package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code benchmarks/compare}. */
public final class Compare {
    private Compare() {}

    public static void main(String[] args) throws Exception {
        try {
            compare(Options.of(args));
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.err.println("See benchmarks/compare --help.");
            System.exit(2);
        }
    }

    private static void compare(Options options) throws IOException, InterruptedException {
        List<Jdk> jdks = jdks(options);
        Results results = options.from == null ? measured(options, jdks) : Results.from(options.from);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        if (options.from == null) {
            out.printf(
                    "%d rounds; clients with `%s`, %s seconds of measurement each after %s or more of warm-up.%n%n",
                    options.rounds, Rounds.flags(), options.measure, options.warmUp);
        }
        new Report(options, jdks, results, out).print();
    }

    private static Results measured(Options options, List<Jdk> jdks) throws IOException, InterruptedException {
        Results results = Results.to(options.out);
        try (ServerProcess server = new ServerProcess()) {
            new Rounds(options, jdks, server, results).run();
        }
        return results;
    }

    private static List<Jdk> jdks(Options options) throws IOException {
        List<Jdk> found = new ArrayList<>();
        for (String version : options.jdks) {
            Optional<Jdk> jdk = Jdk.find(version);
            jdk.ifPresent(found::add);
            if (jdk.isEmpty()) {
                System.err.println("There is no JDK " + version + ": it is left out. JAVA" + version
                        + "_HOME tells where one is.");
            }
        }
        if (found.isEmpty()) {
            throw new UsageException("there is none of these JDKs");
        }
        return found;
    }
}
