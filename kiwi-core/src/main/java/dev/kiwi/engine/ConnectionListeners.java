package dev.kiwi.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import dev.kiwi.ConnectionListener;
import dev.kiwi.Registration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who hears of the connection, in the order of events.
 */
final class ConnectionListeners {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionListeners.class);

	private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();

	private final Lane<Consumer<ConnectionListener>> events;

	ConnectionListeners(Executor executor) {
		this.events = new Lane<>(executor, 1, (event) -> {
			this.listeners.forEach((listener) -> tell(listener, event));
			return null;
		});
	}

	Registration add(ConnectionListener listener) {
		this.listeners.add(listener);
		return () -> this.listeners.remove(listener);
	}

	void tell(Consumer<ConnectionListener> event) {
		this.events.offer(event);
	}

	private static void tell(ConnectionListener listener, Consumer<ConnectionListener> event) {
		try {
			event.accept(listener);
		}
		catch (Throwable ex) {
			logger.warn("The connection listener {} failed", listener, ex);
		}
	}

}
