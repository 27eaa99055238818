package io.github.latchkey.mcp.auth

import kotlinx.coroutines.future.await

/** Approvals of step-ups for Java callers. */
public object StepUpApprovals {
    /** [approval] as [OAuthOptions.Builder.onStepUp] takes it. */
    @JvmStatic
    public fun async(approval: AsyncStepUpApproval): StepUpApproval = StepUpApproval { approval.isApproved(it).await() }
}
