package io.github.latchkey.mcp.test

/** The catalogue of faults. */
public object Faults {
    /** HTTP statuses, with and without a body, and redirects. */
    @JvmField
    public val OF_STATUS: List<Fault> = statusFaults() + redirectFaults()

    /** Answers whose body is not what was asked for, or not all of it. */
    @JvmField
    public val OF_BODY: List<Fault> = bodyFaults() + brokenBodyFaults()

    /** Event streams. */
    @JvmField
    public val OF_STREAM: List<Fault> = streamFaults() + oddStreamFaults()

    /** HTTP that is none, or too much of it. */
    @JvmField
    public val OF_FRAMING: List<Fault> = framingFaults()

    /** Answers that do not come, or never end. */
    @JvmField
    public val OF_TIME: List<Fault> = timeFaults()

    /** Connections that are not made, or are lost. */
    @JvmField
    public val OF_CONNECTION: List<Fault> = connectionFaults() + tlsFaults()

    /** Every fault, in the order of the lists above. */
    @JvmField
    public val ALL: List<Fault> = OF_STATUS + OF_BODY + OF_STREAM + OF_FRAMING + OF_TIME + OF_CONNECTION

    /** The fault with [id]; throws [NoSuchElementException] if there is none. */
    @JvmStatic
    public fun named(id: String): Fault = ALL.first { it.id == id }
}
