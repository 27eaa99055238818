package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.Progress;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar below all other lines, with the time that is left. What a server tells is in fractions of anything, bars are in whole numbers. */
final class ProgressBars implements AutoCloseable {
    private static final int UPDATE_MILLIS = 100;

    /** Where a total is 1 or no whole number, or there is none that fits: thousandths. */
    private static final int PARTS = 1000;

    private final Console console;
    private final boolean isInParts;
    private final ProgressBar bar;
    private volatile boolean isClosed;

    private ProgressBars(Console console, String name, @Nullable Double total) {
        this.console = console;
        this.isInParts = total != null && (total <= 1 || total != Math.rint(total) || total > Integer.MAX_VALUE);
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(Text.printable(Text.oneLine(name, 24)))
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                // The time goes on between two notices; and what was drawn in the middle of a change is drawn again.
                .continuousUpdate()
                .setInitialMax(total == null ? -1 : isInParts ? PARTS : total.longValue())
                // A consumer of our own, so that no terminal is looked for or changed.
                .setConsumer(new DelegatingProgressBarConsumer(
                        this::show, console.terminal().columns() - 1));
        if (isInParts) builder.setUnit("%", PARTS / 100);
        this.bar = builder.build();
    }

    static ProgressBars begin(Console console, String name, Progress first) {
        return new ProgressBars(console, name, first.getTotal());
    }

    void show(Progress progress) {
        Double total = progress.getTotal();
        if (total != null && !isInParts) bar.maxHint(total.longValue());
        double part = isInParts && total != null && total > 0
                ? progress.getProgress() / total * PARTS
                : progress.getProgress();
        bar.stepTo((long) Math.max(0, part));
        String message = progress.getMessage();
        bar.setExtraMessage(message == null ? "" : " " + Text.printable(Text.oneLine(message, 60)));
    }

    private void show(String line) {
        if (!isClosed) console.status(line.replace("\r", "").stripTrailing());
    }

    @Override
    public void close() {
        isClosed = true;
        bar.close();
        console.status("");
    }
}
