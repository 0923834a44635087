package dev.kiwi.boot.listener;

import dev.kiwi.ConnectionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanCreationNotAllowedException;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Makes application events of what happens to the connection.
 */
public final class ConnectionEventPublisher implements ConnectionListener {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionEventPublisher.class);

	private final ApplicationEventPublisher publisher;

	/**
	 * A connection listener for an application.
	 * @param publisher takes the events, on kiwi's executor
	 */
	public ConnectionEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void connectionLost(Throwable cause) {
		this.publisher.publishEvent(new KiwiConnectionLostEvent(cause));
	}

	@Override
	public void connectionRecovered() {
		this.publisher.publishEvent(new KiwiConnectionRecoveredEvent());
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
