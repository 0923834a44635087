package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * A process that works on tasks.
 *
 * @param instance names its communicator, unlike any other and anew after each start
 * @param host the host's name, or null where the process itself did not answer
 * @param pid the process id on that host, or null where the process did not answer
 * @param application the application's name, or null where it has none or did not answer
 */
public record WorkerInfo(String instance, @Nullable String host, @Nullable Long pid, @Nullable String application) {

	/**
	 * A worker of which nothing else is known.
	 * @param instance names its communicator
	 * @return the worker
	 */
	public static WorkerInfo of(String instance) {
		return new WorkerInfo(instance, null, null, null);
	}

}
