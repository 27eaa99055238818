package io.github.latchkey.mcp.transport

import kotlinx.coroutines.future.await
import java.util.concurrent.CompletionStage

/**
 * [Authorizer] for Java. Each stage may complete with the exception that the operation is to throw; it is cancelled with the
 * request it is for.
 */
public interface AsyncAuthorizer {
    /** Completes with the credentials for [request], or with null to send it without. */
    public fun credentials(request: ProtectedRequest): CompletionStage<Credentials?>

    /** Completes with what to do about [challenge]. */
    public fun onChallenge(challenge: AuthorizationChallenge): CompletionStage<ChallengeDecision>

    /** This authorizer as the transports take it. */
    public fun toAuthorizer(): Authorizer = AsyncAuthorizerAdapter(this)
}

private class AsyncAuthorizerAdapter(
    private val async: AsyncAuthorizer,
) : Authorizer {
    override suspend fun credentials(request: ProtectedRequest): Credentials? = async.credentials(request).await()

    override suspend fun onChallenge(challenge: AuthorizationChallenge): ChallengeDecision = async.onChallenge(challenge).await()
}
