package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.McpException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From what was seen to what is wrong. Pure. */
public final class Diagnosis {
    /** In this order: who asks about the process or the way there need not look at what came over it. The first that knows says it. */
    private static final List<Function<Findings, @Nullable Verdict>> RULES = List.of(
            ProcessRules::judge,
            SignInRules::judge,
            ProxyRules::judge,
            TlsRules::judge,
            ConnectionRules::judge,
            VersionRules::judge,
            TokenRules::judge,
            AnswerRules::judge,
            StatusRules::judge);

    private Diagnosis() {}

    /** The verdict: also where nothing is wrong, and where it is something that no rule knows. */
    public static Verdict of(Findings findings) {
        McpException failure = findings.failure();
        if (failure == null) return WarningRules.judge(findings);
        for (Function<Findings, @Nullable Verdict> rule : RULES) {
            Verdict verdict = rule.apply(findings);
            if (verdict != null) return verdict;
        }
        return Cause.OTHER.because(findings.message(), findings.remedy());
    }
}
