package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.http.HttpProxy;
import org.jspecify.annotations.Nullable;

/** Proxies that the options or the process name. */
final class ProxyRules {
    private ProxyRules() {}

    static @Nullable Verdict judge(Findings f) {
        NetworkFacts network = f.network();
        if (network == null || !(f.hasCode(ErrorCode.UNREACHABLE) || f.hasCode(ErrorCode.TIMEOUT))) return null;
        if (network.proxyProblem() != null) return Cause.PROXY_SETTING.because(network.proxyProblem(), f.remedy());
        HttpProxy proxy = network.proxy();
        if (proxy == null || f.isConnected()) return null;
        if (network.tcp() == null || network.tcp().address() == null) {
            return Cause.PROXY_UNREACHABLE.because(
                    "the proxy " + proxy + " cannot be reached",
                    "start the proxy or correct its address; if none is needed, use --proxy none or NO_PROXY");
        }
        if (f.status() == 407) return Cause.PROXY_CREDENTIALS.because(f.message(), f.remedy());
        if (f.hasCode(ErrorCode.UNREACHABLE)) {
            return Cause.PROXY_REFUSED.because(
                    "the proxy " + proxy + " made no connection to the server: " + f.message(),
                    "have the proxy let connections to " + network.host() + ":" + network.port()
                            + " pass; if none is needed, use --proxy none or NO_PROXY");
        }
        return null;
    }
}
