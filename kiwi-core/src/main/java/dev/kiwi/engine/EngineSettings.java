package dev.kiwi.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How a communicator behaves, whatever the transport.
 *
 * @param defaultQueue where tasks go that name no queue
 * @param tasks how this process works on queues
 * @param queues the same for single queues, by name, instead of {@code tasks}
 * @param rpcTimeout how long a call waits for its first answer unless it says otherwise
 * @param rpcConcurrency how many calls of one identifier are handled at once
 * @param broadcastConcurrency how many broadcasts one subscriber hears at once; more than
 * 1 gives up their order
 * @param maxPayloadBytes larger payloads are refused by sender and receiver
 * @param shutdownTimeout how long closing waits for running handlers
 * @param beacon how often each connection is asked for a sign of life; one that owes
 * three of them is dropped and built anew. 0 for never
 * @param watchdog what is done about stuck handlers
 */
public record EngineSettings(String defaultQueue, QueueSettings tasks, Map<String, QueueSettings> queues,
		Duration rpcTimeout, int rpcConcurrency, int broadcastConcurrency, int maxPayloadBytes,
		Duration shutdownTimeout, Duration beacon, WatchdogSettings watchdog) {

	private static final int MEBIBYTE = 1 << 20;

	public EngineSettings {
		queues = Map.copyOf(queues);
		if (beacon.isNegative()) {
			throw new IllegalArgumentException("beacon.interval must be 0, for never, or more, not " + beacon);
		}
		if (rpcTimeout.isNegative() || rpcTimeout.isZero()) {
			throw new IllegalArgumentException("rpc.timeout must be more than 0, not " + rpcTimeout);
		}
		if (shutdownTimeout.isNegative()) {
			throw new IllegalArgumentException("shutdown-timeout must be 0 or more, not " + shutdownTimeout);
		}
		if (rpcConcurrency < 1 || broadcastConcurrency < 1 || maxPayloadBytes < 1) {
			throw new IllegalArgumentException(
					"rpc.concurrency, broadcast.concurrency and max-payload must be at least 1, " + "not "
							+ rpcConcurrency + ", " + broadcastConcurrency + " and " + maxPayloadBytes);
		}
	}

	/**
	 * Queue {@code default}, calls of 30 s, 8 calls of an identifier at once, broadcasts
	 * in order, payloads to 16 MiB, 25 s to shut down (within Boot's phase of 30 s), a
	 * beacon every 30 s: three of them are longer than a server's failover or a pause of
	 * a virtual machine takes, and dropping a connection in vain costs all tasks that
	 * run.
	 * @return the defaults
	 */
	public static EngineSettings defaults() {
		return new EngineSettings("default", QueueSettings.defaults(), Map.of(), Duration.ofSeconds(30), 8, 1,
				16 * MEBIBYTE, Duration.ofSeconds(25), Duration.ofSeconds(30), WatchdogSettings.DEFAULTS);
	}

	/**
	 * The settings of a queue.
	 * @param queue the queue's name
	 * @return its own, or those for all
	 */
	public QueueSettings queue(String queue) {
		return this.queues.getOrDefault(queue, this.tasks);
	}

	/**
	 * These settings with others for every queue that has none of its own.
	 * @param tasks the settings
	 * @return the settings
	 */
	public EngineSettings withTasks(QueueSettings tasks) {
		return new EngineSettings(this.defaultQueue, tasks, this.queues, this.rpcTimeout, this.rpcConcurrency,
				this.broadcastConcurrency, this.maxPayloadBytes, this.shutdownTimeout, this.beacon, this.watchdog);
	}

	/**
	 * These settings with others for one queue.
	 * @param queue the queue's name
	 * @param settings its settings
	 * @return the settings
	 */
	public EngineSettings withQueue(String queue, QueueSettings settings) {
		Map<String, QueueSettings> extended = new HashMap<>(this.queues);
		extended.put(queue, settings);
		return new EngineSettings(this.defaultQueue, this.tasks, extended, this.rpcTimeout, this.rpcConcurrency,
				this.broadcastConcurrency, this.maxPayloadBytes, this.shutdownTimeout, this.beacon, this.watchdog);
	}

	/**
	 * These settings with another default time-out for calls.
	 * @param rpcTimeout the time-out
	 * @return the settings
	 */
	public EngineSettings withRpcTimeout(Duration rpcTimeout) {
		return new EngineSettings(this.defaultQueue, this.tasks, this.queues, rpcTimeout, this.rpcConcurrency,
				this.broadcastConcurrency, this.maxPayloadBytes, this.shutdownTimeout, this.beacon, this.watchdog);
	}

	/**
	 * The same with another RPC concurrency.
	 * @param rpcConcurrency how many calls of one identifier are handled at once
	 * @return a copy
	 */
	public EngineSettings withRpcConcurrency(int rpcConcurrency) {
		return new EngineSettings(this.defaultQueue, this.tasks, this.queues, this.rpcTimeout, rpcConcurrency,
				this.broadcastConcurrency, this.maxPayloadBytes, this.shutdownTimeout, this.beacon, this.watchdog);
	}

	/**
	 * These settings with another bound for payloads.
	 * @param maxPayloadBytes the bound
	 * @return the settings
	 */
	public EngineSettings withMaxPayloadBytes(int maxPayloadBytes) {
		return new EngineSettings(this.defaultQueue, this.tasks, this.queues, this.rpcTimeout, this.rpcConcurrency,
				this.broadcastConcurrency, maxPayloadBytes, this.shutdownTimeout, this.beacon, this.watchdog);
	}

	/**
	 * These settings with another time to shut down.
	 * @param shutdownTimeout how long closing waits for running handlers
	 * @return the settings
	 */
	public EngineSettings withShutdownTimeout(Duration shutdownTimeout) {
		return new EngineSettings(this.defaultQueue, this.tasks, this.queues, this.rpcTimeout, this.rpcConcurrency,
				this.broadcastConcurrency, this.maxPayloadBytes, shutdownTimeout, this.beacon, this.watchdog);
	}

	/**
	 * These settings with another beacon.
	 * @param beacon how often each connection is asked for a sign of life; 0 for never
	 * @return the settings
	 */
	public EngineSettings withBeacon(Duration beacon) {
		return new EngineSettings(this.defaultQueue, this.tasks, this.queues, this.rpcTimeout, this.rpcConcurrency,
				this.broadcastConcurrency, this.maxPayloadBytes, this.shutdownTimeout, beacon, this.watchdog);
	}

	/**
	 * These settings with another watchdog.
	 * @param watchdog what is done about stuck handlers
	 * @return the settings
	 */
	public EngineSettings withWatchdog(WatchdogSettings watchdog) {
		return new EngineSettings(this.defaultQueue, this.tasks, this.queues, this.rpcTimeout, this.rpcConcurrency,
				this.broadcastConcurrency, this.maxPayloadBytes, this.shutdownTimeout, this.beacon, watchdog);
	}

}
