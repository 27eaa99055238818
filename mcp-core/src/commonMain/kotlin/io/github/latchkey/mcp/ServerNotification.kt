package io.github.latchkey.mcp

/** Something a server tells of its own accord. */
public sealed class ServerNotification {
    /** The tools have changed: list them again. */
    public data object ToolsChanged : ServerNotification()

    /** The prompts have changed: list them again. */
    public data object PromptsChanged : ServerNotification()

    /** The list of resources has changed: list them again. */
    public data object ResourcesChanged : ServerNotification()

    /** A resource that was subscribed to has changed, or a part of it: read it again. */
    public class ResourceUpdated(
        public val uri: String,
    ) : ServerNotification() {
        override fun toString(): String = "ResourceUpdated($uri)"
    }

    /**
     * A subscription has begun, or begun anew: what changed before is not told, so read now what you keep.
     *
     * @property filter what the server will tell of; it may be less than was asked for
     */
    public class Subscribed(
        public val filter: SubscriptionFilter,
    ) : ServerNotification() {
        override fun toString(): String = "Subscribed($filter)"
    }

    /** A log message. */
    public class Log(
        public val message: LogMessage,
    ) : ServerNotification()

    /** What the person was sent to a page for is done (2025-11-25). */
    public class ElicitationCompleted(
        public val elicitationId: String,
    ) : ServerNotification()

    /** A notification without a type of its own here. */
    public class Other(
        public val method: String,
        public val params: RawJson?,
    ) : ServerNotification() {
        override fun toString(): String = "Other($method)"
    }
}
