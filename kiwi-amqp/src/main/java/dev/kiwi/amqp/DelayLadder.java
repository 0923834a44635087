package dev.kiwi.amqp;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Connection;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Delays without a plug-in, and without anybody awake: a queue for each power of two,
 * which a message waits in or passes by, as the digits in its routing key say. All in one
 * queue wait equally long, so none waits behind a longer one. (NServiceBus does the
 * same.)
 */
final class DelayLadder {

	/** A person sees no shorter one, and a retry needs none. */
	private static final long UNIT_MILLIS = 100;

	/** 100 ms * 2^25 is 39 days; the broker takes no time-to-live over 49. */
	private static final int POWERS = 26;

	/** The longest step several times: with these the steps add up to 427 days. */
	static final int STEPS = 9 + POWERS;

	/** A routing key has at most 255 bytes, and the digits take two each. */
	private static final int MAX_TARGET = 255 - 2 * STEPS;

	private final Names names;

	DelayLadder(Names names) {
		this.names = names;
	}

	/** How long a message waits in a step; the longest come first. */
	static long millis(int step) {
		return UNIT_MILLIS << Math.min(POWERS - 1, STEPS - 1 - step);
	}

	/**
	 * Declares all steps. A message passes them from the first to the last, so the last
	 * one is declared first: where the first one's exchange is there, at most its
	 * bindings are missing.
	 */
	void declare(Connection connection, Declarations declarations) throws IOException, TimeoutException {
		boolean there = declarations.hasExchange(connection, this.names.delay(0));
		for (int step = there ? 0 : STEPS - 1; step >= 0; step--) {
			declare(connection, declarations, step);
		}
	}

	private void declare(Connection connection, Declarations declarations, int step)
			throws IOException, TimeoutException {
		String name = this.names.delay(step);
		String digits = "*.".repeat(step);
		declarations.delayQueue(connection, name, millis(step), next(step));
		declarations.bindings(connection, name, (channel) -> {
			channel.exchangeDeclare(next(step), "topic", true);
			channel.exchangeDeclare(name, "topic", true);
			channel.queueBind(name, name, digits + "1.#");
			return channel.exchangeBind(next(step), name, digits + "0.#");
		});
	}

	/**
	 * Lets a queue get what was delayed for it, by whomever: only where messages come out
	 * of the delays must be there before.
	 */
	void bind(Connection connection, Declarations declarations, String queue) throws IOException, TimeoutException {
		declarations.bindings(connection, queue, (channel) -> {
			channel.exchangeDeclare(this.names.due(), "topic", true);
			return channel.queueBind(queue, this.names.due(), "*.".repeat(STEPS) + target(queue));
		});
	}

	/**
	 * Where a message goes that is to wait until then, however long the delays took to
	 * declare.
	 * @param due by {@link System#nanoTime()}
	 */
	Route routeUntil(String queue, long due) {
		return route(queue, Duration.ofNanos(Math.max(0, due - System.nanoTime())));
	}

	/**
	 * Where a message goes that is to wait.
	 * @param queue where it goes after that
	 * @param delay how long, up to 427 days; rounded up to a tenth of a second
	 */
	Route route(String queue, Duration delay) {
		if (delay.isZero()) {
			return new Route("", queue);
		}
		long rest = (delay.toMillis() + UNIT_MILLIS - 1) / UNIT_MILLIS * UNIT_MILLIS;
		StringBuilder key = new StringBuilder(2 * STEPS);
		int first = -1;
		for (int step = 0; step < STEPS; step++) {
			boolean waits = millis(step) <= rest;
			if (waits) {
				rest -= millis(step);
				first = (first < 0) ? step : first;
			}
			key.append(waits ? "1." : "0.");
		}
		return (first < 0) ? new Route("", queue) : new Route(this.names.delay(first), key + target(queue));
	}

	private String next(int step) {
		return (step < STEPS - 1) ? this.names.delay(step + 1) : this.names.due();
	}

	/** One word or several, which are compared as they are: no name has a wildcard. */
	private static String target(String queue) {
		if (queue.length() <= MAX_TARGET) {
			return queue;
		}
		try {
			return "sha256:"
					+ HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(queue.getBytes(UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	/**
	 * An exchange and a key.
	 */
	record Route(String exchange, String key) {
	}

}
