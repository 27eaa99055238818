package io.github.latchkey.mcp

import kotlinx.coroutines.future.await
import java.util.concurrent.CompletionStage

/** [ElicitationHandler] for Java. The stage is cancelled when the server no longer asks. */
public fun interface AsyncElicitationHandler {
    public fun elicit(request: ElicitationRequest): CompletionStage<ElicitationResult>
}

/** [SamplingHandler] for Java. The stage is cancelled when the server no longer asks. */
public fun interface AsyncSamplingHandler {
    public fun sample(request: SamplingRequest): CompletionStage<SamplingResult>
}

/** [RootsHandler] for Java. */
public fun interface AsyncRootsHandler {
    public fun roots(): CompletionStage<List<Root>>
}

/** Makes handlers of Java lambdas, for [ClientOptions.Builder]. */
public object AsyncHandlers {
    @JvmStatic
    public fun elicitation(handler: AsyncElicitationHandler): ElicitationHandler = ElicitationHandler { handler.elicit(it).await() }

    @JvmStatic
    public fun sampling(handler: AsyncSamplingHandler): SamplingHandler = SamplingHandler { handler.sample(it).await() }

    @JvmStatic
    public fun roots(handler: AsyncRootsHandler): RootsHandler = RootsHandler { handler.roots().await() }
}
