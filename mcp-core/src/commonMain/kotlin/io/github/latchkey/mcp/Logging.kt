package io.github.latchkey.mcp

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** How serious a log message of a server is (RFC 5424 §6.2.1). */
public enum class LoggingLevel {
    @SerialName("debug")
    DEBUG,

    @SerialName("info")
    INFO,

    @SerialName("notice")
    NOTICE,

    @SerialName("warning")
    WARNING,

    @SerialName("error")
    ERROR,

    @SerialName("critical")
    CRITICAL,

    @SerialName("alert")
    ALERT,

    @SerialName("emergency")
    EMERGENCY,
    ;

    /** The name on the wire. */
    public val value: String get() = name.lowercase()
}

/** A log message of a server; [data] is any JSON. An unknown [level] is kept as it came. */
@Serializable
public class LogMessage(
    public val level: String,
    public val data: RawJson,
    public val logger: String? = null,
)
