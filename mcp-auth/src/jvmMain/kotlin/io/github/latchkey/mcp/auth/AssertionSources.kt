package io.github.latchkey.mcp.auth

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runInterruptible
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path

/** Where assertions come from, on the JVM. */
public object AssertionSources {
    /**
     * The text of [file] without the white space around it, read again each time: a platform replaces it before it expires, as Kubernetes does with
     * a projected service account token. At most 64 KiB.
     */
    @JvmStatic
    public fun file(file: Path): AssertionSource =
        AssertionSource {
            runInterruptible(Dispatchers.IO) {
                if (Files.size(file) > MAX_FILE_BYTES) throw IOException("$file is larger than $MAX_FILE_BYTES bytes")
                Files.readString(file).trim()
            }
        }

    /** What [source] yields. */
    @JvmStatic
    public fun async(source: AsyncAssertionSource): AssertionSource = AssertionSource { audience -> source.assertion(audience).await() }

    private const val MAX_FILE_BYTES = 65_536L
}
