package io.github.latchkey.mcp.http

/** Whom to trust, and how to identify ourselves, in TLS. On the JVM this is a `TlsOptions`, and there is no other. */
public sealed class TlsSettings
