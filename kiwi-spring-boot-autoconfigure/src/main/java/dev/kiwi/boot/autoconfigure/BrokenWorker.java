package dev.kiwi.boot.autoconfigure;

import java.util.Optional;

import dev.kiwi.boot.autoconfigure.KiwiProperties.Watchdog;
import dev.kiwi.engine.EngineObserver;
import dev.kiwi.engine.StuckTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Has the application count as broken where a handler is stuck for too long, and ends it
 * where that is wanted.
 */
final class BrokenWorker implements EngineObserver {

	private static final Logger logger = LoggerFactory.getLogger(BrokenWorker.class);

	private final ApplicationEventPublisher events;

	private final boolean exit;

	private BrokenWorker(ApplicationEventPublisher events, boolean exit) {
		this.events = events;
		this.exit = exit;
	}

	/** Where it is asked for, as an observer costs something for each message. */
	static Optional<BrokenWorker> of(Watchdog watchdog, ApplicationEventPublisher events) {
		if (!watchdog.brokenAfter().isZero()) {
			return Optional.of(new BrokenWorker(events, watchdog.exit()));
		}
		if (watchdog.exit()) {
			throw KiwiConfigurationException.invalid("kiwi.watchdog", new IllegalArgumentException(
					"exit needs broken-after, how long a handler is stuck until the process ends"));
		}
		return Optional.empty();
	}

	/** On a thread of its own: listeners are the application's and may block. */
	@Override
	public void broken(StuckTask task) {
		new Thread(() -> end(task), "kiwi-broken").start();
	}

	private void end(StuckTask task) {
		AvailabilityChangeEvent.publish(this.events, task, LivenessState.BROKEN);
		if (this.exit) {
			logger.error("The application ends, as task {} on queue '{}' is stuck (kiwi.watchdog.exit)", task.id(),
					task.queue());
			System.exit(1);
		}
	}

}
