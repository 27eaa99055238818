package io.github.latchkey.mcp.benchmarks.growth;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws lines into SVG files. */
final class Plots {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final Color[] COLORS = {new Color(0x1f6feb), new Color(0xbf4b00)};

    private final Path folder;

    Plots(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** A file {@code <name>.svg}: how {@code y} grows with {@code x}, for each of the lines. */
    void draw(String name, Axis x, Axis y, Map<String, List<Point>> lines) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle(x.title())
                .yAxisTitle(y.title())
                .build();
        style(chart, x);
        // From zero, or a line that is level looks like a mountain range.
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(highest(lines) * 1.25);
        lines.forEach((title, points) -> chart.addSeries(
                        title,
                        points.stream().mapToDouble(Point::x).toArray(),
                        points.stream().mapToDouble(Point::y).toArray())
                .setMarker(SeriesMarkers.CIRCLE));
        VectorGraphicsEncoder.saveVectorGraphic(chart, folder.resolve(name).toString(), VectorGraphicsFormat.SVG);
    }

    private static void style(XYChart chart, Axis x) {
        chart.getStyler()
                .setXAxisLogarithmic(x.isLogarithmic())
                .setXAxisDecimalPattern("#,###")
                .setSeriesColors(COLORS)
                .setMarkerSize(6)
                .setLegendPosition(LegendPosition.InsideSW)
                .setChartBackgroundColor(Color.WHITE);
    }

    private static double highest(Map<String, List<Point>> lines) {
        return lines.values().stream()
                .flatMap(List::stream)
                .mapToDouble(Point::y)
                .max()
                .orElse(1);
    }

    /** What is on an axis. */
    record Axis(String title, boolean isLogarithmic) {}

    /** Where a line goes through. */
    record Point(double x, double y) {}
}
