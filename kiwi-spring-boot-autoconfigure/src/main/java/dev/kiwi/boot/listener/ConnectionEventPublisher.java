package dev.kiwi.boot.listener;

import dev.kiwi.ConnectionListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanCreationNotAllowedException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Makes application events of what happens to the connection, once the application's
 * beans are there: an event that came earlier would create those that listen, on kiwi's
 * thread, beside the one that starts the application.
 */
public final class ConnectionEventPublisher implements ConnectionListener, SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionEventPublisher.class);

	private final ApplicationEventPublisher publisher;

	private boolean begun;

	/** An outage that began before and lasts. */
	private @Nullable KiwiConnectionLostEvent early;

	/**
	 * A connection listener for an application.
	 * @param publisher takes the events, on kiwi's executor; of an outage at the start it
	 * is told by the thread that starts the application
	 */
	public ConnectionEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public synchronized void afterSingletonsInstantiated() {
		this.begun = true;
		if (this.early != null) {
			this.publisher.publishEvent(this.early);
		}
	}

	@Override
	public synchronized void connectionLost(Throwable cause) {
		KiwiConnectionLostEvent event = new KiwiConnectionLostEvent(cause);
		if (this.begun) {
			this.publisher.publishEvent(event);
		}
		else {
			this.early = event;
		}
	}

	@Override
	public synchronized void connectionRecovered() {
		if (this.begun) {
			this.publisher.publishEvent(new KiwiConnectionRecoveredEvent());
		}
		else {
			this.early = null;
		}
	}

	@Override
	public void closed() {
		try {
			this.publisher.publishEvent(new KiwiClosedEvent());
		}
		catch (BeanCreationNotAllowedException ex) {
			// The communicator ends with the context: a listener may be gone before it.
			logger.debug("Not every listener heard that the communicator is closed", ex);
		}
	}

}
