package dev.kiwi.boot.autoconfigure;

import dev.kiwi.KiwiCommunicator;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the communicator with the context before the connection factory closes the
 * connections under it, which is long before beans are destroyed: what code has
 * subscribed finishes over them. A context that is merely paused closes nothing.
 */
final class CommunicatorLifecycle implements SmartLifecycle {

	/** The connection factory's is the lowest. */
	private static final int PHASE = Integer.MIN_VALUE + 1;

	private final KiwiCommunicator communicator;

	private final ConfigurableApplicationContext context;

	private volatile boolean running;

	CommunicatorLifecycle(KiwiCommunicator communicator, ConfigurableApplicationContext context) {
		this.communicator = communicator;
		this.context = context;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.context.isClosed()) {
			this.communicator.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
