package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Handshake;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Stream;

/** Where nothing failed: what will make trouble all the same. */
final class WarningRules {
    /** Clocks that differ by less make no token bad. */
    static final long MAX_SKEW_SECONDS = 120;

    private WarningRules() {}

    static Verdict judge(Findings f) {
        Stream stream = f.session().stream();
        if (stream != null && stream.state() == Stream.State.FAILED) {
            return Cause.STREAM_FAILED.because(
                    "it works, but the server failed when it was asked for the stream of its own messages: "
                            + stream.detail(),
                    "report it to whoever runs the server: it should open the stream, or answer HTTP 405 if it has none");
        }
        if (stream != null && stream.state() == Stream.State.SILENT) {
            return Cause.STREAM_BUFFERED.because(
                    "it works, but " + stream.detail()
                            + ", while other requests were answered at once; something on the way keeps event streams back until they end",
                    "turn off response buffering for event streams in the proxy before the server"
                            + " (nginx: proxy_buffering off, or the header X-Accel-Buffering: no), and have the server send the head at once");
        }
        if (!f.trail().strayOutput().isEmpty()) return ProcessRules.noise(f, "it works, but ");
        Long ahead = f.trail().clockAheadSeconds();
        if (ahead != null && Math.abs(ahead) > MAX_SKEW_SECONDS) {
            return Cause.CLOCK_SKEW.because("it works, but " + clocks(ahead), SET_CLOCK);
        }
        return Cause.NONE.because(fine(f), "nothing");
    }

    static final String SET_CLOCK = "set the clock of this machine, or have the server's set: synchronize both by NTP";

    static String clocks(long ahead) {
        String difference = Words.duration(Math.abs(ahead));
        return "the clock of the server is " + difference + (ahead > 0 ? " ahead of" : " behind") + " the clock here";
    }

    private static String fine(Findings f) {
        Handshake handshake = f.session().handshake();
        if (handshake == null) return "Everything is fine.";
        return "Everything is fine: connected to " + Words.bounded(f.subject().shown()) + ", which speaks "
                + handshake.revision() + ".";
    }
}
