package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Connection;

/**
 * The delays that exist, one queue for each: a message of one time-to-live never waits
 * behind one of another.
 */
final class DelayLadder {

	private static final long[] STEPS_MILLIS = { 100, 500, 2_000, 10_000, 30_000, 120_000 };

	private final Names names;

	private boolean declared;

	DelayLadder(Names names) {
		this.names = names;
	}

	/** On the link's thread, before anything is delayed. */
	void declare(Connection connection, Declarations declarations) throws IOException, TimeoutException {
		if (!this.declared) {
			declarations.deadLetters(connection);
			for (long millis : STEPS_MILLIS) {
				declarations.delayQueue(connection, millis);
			}
			this.declared = true;
		}
	}

	/** The exchange before the longest delay that is not longer than asked for. */
	String exchange(Duration delay) {
		long step = STEPS_MILLIS[0];
		for (long millis : STEPS_MILLIS) {
			step = (millis <= delay.toMillis()) ? millis : step;
		}
		return this.names.delay(step);
	}

}
