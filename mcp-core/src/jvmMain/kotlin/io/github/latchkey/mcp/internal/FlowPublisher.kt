package io.github.latchkey.mcp.internal

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.getAndUpdate
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import java.util.concurrent.Flow
import kotlinx.coroutines.flow.Flow as KotlinFlow

/** A Kotlin flow for Java: each subscription collects it in a coroutine of [scope], as fast as the subscriber asks. */
internal class FlowPublisher<T : Any>(
    private val flow: KotlinFlow<T>,
    private val scope: CoroutineScope,
) : Flow.Publisher<T> {
    override fun subscribe(subscriber: Flow.Subscriber<in T>) {
        val demand = MutableStateFlow(0L)
        val collecting =
            scope.launch(start = CoroutineStart.LAZY) {
                var failure: Throwable? = null
                flow.catch { failure = it }.collect { value ->
                    demand.first { it > 0 }
                    demand.getAndUpdate { if (it == Long.MAX_VALUE) it else it - 1 }
                    subscriber.onNext(value)
                }
                failure?.let(subscriber::onError) ?: subscriber.onComplete()
            }
        subscriber.onSubscribe(
            object : Flow.Subscription {
                override fun request(count: Long) {
                    if (count <= 0) {
                        collecting.cancel()
                        subscriber.onError(IllegalArgumentException("the count that is requested must be positive, not $count"))
                    } else {
                        demand.update { if (it + count < 0) Long.MAX_VALUE else it + count }
                    }
                }

                override fun cancel() = collecting.cancel()
            },
        )
        collecting.start()
    }
}
