package io.github.latchkey.mcp.benchmarks.compare;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * What was allocated, from the heap before each garbage collection and after the one before it, between two full collections. What is
 * left of a thread's buffer for allocation counts as allocated, so it is a little too much, the less the smaller these buffers are. It
 * needs a collector that stops the world, and no other.
 */
final class CollectedBytes implements Allocations, NotificationListener {
    private static final int LONGEST_WAIT_MILLIS = 5_000;

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final List<String> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .toList();

    private final long collectionsBefore = collections();
    private long seen;
    private long usedAfter;
    private long allocated;

    CollectedBytes() {
        for (GarbageCollectorMXBean collector : collectors) {
            ((NotificationEmitter) collector).addNotificationListener(this, null, null);
        }
    }

    @Override
    public synchronized void start() {
        collect();
        allocated = 0;
    }

    @Override
    public synchronized long stop() {
        collect();
        return allocated;
    }

    @Override
    public synchronized void handleNotification(Notification notification, Object handback) {
        if (!notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            return;
        }
        GcInfo collection = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
                .getGcInfo();
        allocated += used(collection.getMemoryUsageBeforeGc()) - usedAfter;
        usedAfter = used(collection.getMemoryUsageAfterGc());
        seen++;
        notifyAll();
    }

    /** Notifications come on a thread of their own, after the collection. */
    private void collect() {
        System.gc();
        long deadline = System.currentTimeMillis() + LONGEST_WAIT_MILLIS;
        try {
            while (seen < collections() - collectionsBefore && System.currentTimeMillis() < deadline) {
                wait(LONGEST_WAIT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long collections() {
        return collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private long used(Map<String, MemoryUsage> pools) {
        return heap.stream().mapToLong(pool -> pools.get(pool).getUsed()).sum();
    }
}
