package io.github.latchkey.mcp.auth

import kotlinx.coroutines.future.await

/** Device prompts for Java callers. */
public object DevicePrompts {
    /** A prompt that [prompt] shows. */
    @JvmStatic
    public fun async(prompt: AsyncDevicePrompt): DevicePrompt =
        object : DevicePrompt {
            override suspend fun show(authorization: DeviceAuthorization) {
                prompt.show(authorization).await()
            }
        }
}
