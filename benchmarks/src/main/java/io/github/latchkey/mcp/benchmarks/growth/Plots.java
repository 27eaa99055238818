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

    /** A file {@code <name>.svg}: what becomes of {@code y} when {@code x} grows, a line for each name. */
    void draw(String name, String title, Axis x, String y, Map<String, List<Point>> lines) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x.title())
                .yAxisTitle(y)
                .build();
        style(chart, x);
        // From zero, or a line that is level looks like a mountain range.
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(highest(lines) * 1.4);
        lines.forEach((line, points) -> chart.addSeries(
                        line,
                        points.stream().mapToDouble(Point::x).toArray(),
                        points.stream().mapToDouble(Point::y).toArray())
                .setMarker(SeriesMarkers.CIRCLE));
        Path file = folder.resolve(name + ".svg");
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
        // Letters are drawn as lines, to a millionth of a pixel.
        String svg = Files.readString(file);
        Files.writeString(file, svg.replaceAll("(\\d\\.\\d)\\d+", "$1"));
    }

    private static void style(XYChart chart, Axis x) {
        chart.getStyler()
                .setXAxisLogarithmic(x.isLogarithmic())
                .setXAxisDecimalPattern("#,###")
                .setSeriesColors(COLORS)
                .setMarkerSize(6)
                .setLegendPosition(LegendPosition.InsideNE)
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
