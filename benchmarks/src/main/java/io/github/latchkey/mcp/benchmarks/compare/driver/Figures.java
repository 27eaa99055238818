package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.util.Locale;
import java.util.function.DoubleFunction;

/** Numbers as people read them. */
final class Figures {
    private Figures() {}

    /** The median, and the range where there is one. */
    static String of(Spread spread, DoubleFunction<String> format) {
        if (!spread.isKnown()) {
            return "—";
        }
        String median = format.apply(spread.median());
        String least = format.apply(spread.least());
        String most = format.apply(spread.most());
        return least.equals(most) ? median : median + " (" + least + "–" + most + ")";
    }

    static String ratio(double value) {
        return format(value < 0.1 ? "%.3f" : "%.2f", value);
    }

    static String bytes(double value) {
        if (value >= 1e6) {
            return format("%.1f MB", value / 1e6);
        }
        return value >= 1e3 ? format("%.1f KB", value / 1e3) : format("%.0f B", value);
    }

    static String micros(double value) {
        return value >= 10_000 ? format("%.1f ms", value / 1e3) : format("%.0f µs", value);
    }

    static String millis(double value) {
        return format("%.0f ms", value);
    }

    static String number(double value) {
        return format(value < 10 && value != Math.rint(value) ? "%.2f" : "%,.0f", value);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
