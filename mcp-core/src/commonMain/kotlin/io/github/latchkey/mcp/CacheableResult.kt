package io.github.latchkey.mcp

/** A result that the server allows to be used again for a while (MCP 2026-07-28, Caching). */
public interface CacheableResult {
    /** For how many milliseconds the result stays fresh; null, zero and less: not at all. */
    public val ttlMs: Long?

    /** `public` if the result is the same for every user, `private` if not; null counts as `private`. */
    public val cacheScope: String?
}
