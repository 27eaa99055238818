package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** The command line. */
final class Options {
    private static final List<Contender> NOT_QUICK =
            List.of(Contender.SOCKET, Contender.KTOR_OKHTTP, Contender.KTOR_CIO, Contender.LATCHKEY_CIO);

    int rounds = 5;
    double warmUp = 4;
    double measure = 4;
    int processes = 5;
    int idleSessions = 1_000;
    List<String> jdks = List.of("17", "25");
    List<Trial> trials = List.of(Trial.values());
    List<Contender> contenders = List.of(Contender.values());
    Path out = Path.of("benchmarks/target/compare.jsonl");

    /** What was measured before, to be shown again; null to measure. */
    Path from;

    private Options() {}

    static Options of(String[] args) {
        Options options = new Options();
        if (Arrays.asList(args).contains("--quick")) {
            options.makeQuick();
        }
        Iterator<String> words = Arrays.asList(args).iterator();
        while (words.hasNext()) {
            options.read(words.next(), words);
        }
        return options;
    }

    private void makeQuick() {
        rounds = 1;
        warmUp = 1;
        measure = 1;
        processes = 2;
        idleSessions = 100;
        jdks = List.of("17");
        trials = Arrays.stream(Trial.values())
                .filter(trial -> trial != Trial.IN_FLIGHT_512)
                .toList();
        contenders = Arrays.stream(Contender.values())
                .filter(contender -> !NOT_QUICK.contains(contender))
                .toList();
    }

    private void read(String option, Iterator<String> words) {
        switch (option) {
            case "--quick" -> {}
            case "--rounds" -> rounds = (int) number(option, words);
            case "--warm-up" -> warmUp = number(option, words);
            case "--measure" -> measure = number(option, words);
            case "--jdk" -> jdks = list(option, words, Function.identity());
            case "--tests" -> trials = list(option, words, Trial::of);
            case "--clients" -> contenders = withBase(list(option, words, Contender::of));
            case "--from" -> from = Path.of(value(option, words));
            case "--out" -> out = Path.of(value(option, words));
            default -> throw new UsageException("no such option: " + option);
        }
    }

    /** Everything is measured by it. */
    private static List<Contender> withBase(List<Contender> chosen) {
        List<Contender> contenders = new ArrayList<>(chosen);
        contenders.remove(Contender.JAVA_NET_HTTP);
        contenders.add(0, Contender.JAVA_NET_HTTP);
        return contenders;
    }

    private static <T> List<T> list(String option, Iterator<String> words, Function<String, T> item) {
        return Arrays.stream(value(option, words).split(",")).map(item).toList();
    }

    private static double number(String option, Iterator<String> words) {
        String value = value(option, words);
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new UsageException(option + " wants a number, and not " + value);
        }
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new UsageException(option + " wants a value");
        }
        return words.next();
    }
}
