package io.github.latchkey.mcp.internal

/**
 * The `format`s that text in a form can have (MCP, Elicitation, Requested Schema). They catch what was mistyped, and let pass what
 * only the server can know to be wrong.
 */
internal object FormatRules {
    private val EMAIL = Regex("[^\\s@]+@[^\\s@]+")

    // RFC 3986 §3: a scheme, and something after it, of the characters that a URI can have.
    private val URI = Regex("[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>\"{}|\\\\^`]+")
    private val DATE = Regex("(\\d{4})-(\\d{2})-(\\d{2})")

    // RFC 3339 §5.6; a leap second is a 60th.
    private val TIME = Regex("([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d)")

    /** Why [text] is not of [format]; null if it is, or nobody knows that format. */
    fun problem(format: String, text: String): String? =
        when (format) {
            "email" -> "is no e-mail address".takeUnless { EMAIL.matches(text) }
            "uri" -> "is no URI, such as https://example.com/page".takeUnless { URI.matches(text) }
            "date" -> "is no date, such as 2026-07-28".takeUnless { isDate(text) }
            "date-time" -> "is no date with a time, such as 2026-07-28T09:30:00Z".takeUnless { isDateTime(text) }
            else -> null
        }

    private fun isDateTime(text: String): Boolean =
        text.length > DATE_LENGTH && text[DATE_LENGTH] in "Tt " && isDate(text.take(DATE_LENGTH)) &&
            TIME.matches(text.drop(DATE_LENGTH + 1))

    private fun isDate(text: String): Boolean {
        val (year, month, day) = DATE.matchEntire(text)?.destructured?.toList()?.map { it.toInt() } ?: return false
        return month in 1..12 && day in 1..daysIn(month, year)
    }

    private fun daysIn(month: Int, year: Int): Int =
        when (month) {
            2 -> if (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) 29 else 28
            4, 6, 9, 11 -> 30
            else -> 31
        }

    private const val DATE_LENGTH = 10
}

/** How many characters a person would count, as JSON Schema does: a surrogate pair is one. */
internal val String.codePoints: Int get() = count { !it.isLowSurrogate() }
