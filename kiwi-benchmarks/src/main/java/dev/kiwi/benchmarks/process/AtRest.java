package dev.kiwi.benchmarks.process;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;

/**
 * Waits until the machine has next to nothing to do: compilers of this JVM, and servers
 * with what former rows have left, would compete with what starts next.
 */
final class AtRest {

	private static final int LOOK_MILLIS = 250;

	/** A broker has its chores. */
	private static final double REST = 0.1;

	private static final int MAX_SECONDS = 5;

	private AtRest() {
	}

	/** Waits some seconds at most. */
	static void await() throws InterruptedException {
		OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_SECONDS);
		// counts from the look before
		system.getCpuLoad();
		do {
			Thread.sleep(LOOK_MILLIS);
		}
		while (system.getCpuLoad() > REST && System.nanoTime() < end);
	}

}
