package io.github.latchkey.mcp.inspector.doctor;

import java.util.ArrayList;
import java.util.List;

/** The chain from here to the server's lists, step by step, in the order in which one depends on the other. Pure. */
public final class Walk {
    private Walk() {}

    public static List<Step> of(Findings findings) {
        List<Step> steps = new ArrayList<>();
        if (findings.subject().isStdio()) {
            steps.addAll(ProcessSteps.of(findings));
        } else {
            steps.addAll(NetworkSteps.of(findings));
            steps.addAll(RequestSteps.of(findings));
            steps.addAll(SignInSteps.of(findings));
        }
        steps.add(HandshakeStep.of(findings));
        if (findings.isConnected()) steps.addAll(SessionSteps.of(findings));
        if (findings.subject().isStdio()) steps.addAll(ProcessSteps.end(findings));
        return steps;
    }
}
