package dev.kiwi.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.kiwi.ConnectionLostException;
import dev.kiwi.transport.ServerConnection;
import dev.kiwi.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each connection of a transport for an answer now and then, and drops one that owes
 * it for too long: it looks alive and is not.
 */
final class Beacon {

	private static final Logger logger = LoggerFactory.getLogger(Beacon.class);

	private static final int MISSES = 3;

	private final Transport transport;

	private final Duration interval;

	private final Map<String, Watched> watched = new ConcurrentHashMap<>();

	Beacon(Transport transport, Duration interval) {
		this.transport = transport;
		this.interval = interval;
	}

	void start(EngineContext context) {
		if (!this.interval.isZero()) {
			context.every(this.interval, this::look);
		}
	}

	/** How long ago each connection, or the one before it, answered. */
	Map<String, Duration> ages() {
		long now = System.nanoTime();
		Map<String, Duration> ages = new HashMap<>();
		this.watched.forEach((name, one) -> ages.put(name, Duration.ofNanos(now - one.answeredAt)));
		return ages;
	}

	private void look() {
		List<ServerConnection> open = this.transport.connections();
		this.watched.values().stream().filter((one) -> !open.contains(one.connection)).forEach(Watched::forget);
		for (ServerConnection connection : open) {
			Watched one = this.watched.get(connection.name());
			if (one == null || !one.connection.equals(connection)) {
				// who opened it was answered
				one = new Watched(connection);
				this.watched.put(connection.name(), one);
			}
			look(one);
		}
	}

	private void look(Watched one) {
		CompletableFuture<Void> before = one.ping;
		if (before == null || (before.isDone() && !before.isCompletedExceptionally())) {
			one.misses = 0;
		}
		else if (++one.misses % MISSES == 0) {
			one.connection.drop(new ConnectionLostException(
					"The connection for " + one.connection.name() + " looks alive, but the server has answered none of "
							+ MISSES + " beacons, one in " + this.interval + " (kiwi.beacon.interval)"));
			return;
		}
		else {
			logger.debug("The connection for {} has missed {} beacons", one.connection.name(), one.misses);
		}
		if (before == null || before.isDone()) {
			one.ask();
		}
	}

	/**
	 * A connection, as far as it has answered. Changed by the timer's thread only.
	 */
	private static final class Watched {

		private final ServerConnection connection;

		private volatile long answeredAt = System.nanoTime();

		private volatile @Nullable CompletableFuture<Void> ping;

		private int misses;

		private Watched(ServerConnection connection) {
			this.connection = connection;
		}

		private void ask() {
			CompletableFuture<Void> asked = new CompletableFuture<>();
			this.ping = asked;
			this.connection.ping().whenComplete((nothing, failure) -> {
				if (failure != null) {
					logger.debug("The connection for {} did not answer", this.connection.name(), failure);
					asked.completeExceptionally(failure);
					return;
				}
				this.answeredAt = System.nanoTime();
				asked.complete(null);
			});
		}

		private void forget() {
			this.ping = null;
			this.misses = 0;
		}

	}

}
