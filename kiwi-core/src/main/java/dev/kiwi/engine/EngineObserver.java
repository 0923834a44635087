package dev.kiwi.engine;

import java.util.Map;

import dev.kiwi.transport.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * Is told what goes through a communicator, for metrics and traces. Each method is called
 * on the thread where it happens, by many threads at once, and must not block; what it
 * throws is logged and changes nothing.
 * <p>
 * A destination is the queue of a task, the identifier of a call, or the subject of a
 * broadcast, empty where it has none.
 */
public interface EngineObserver {

	/**
	 * Sees nothing, and costs nothing.
	 */
	EngineObserver NONE = new EngineObserver() {
	};

	/**
	 * The communicator is built.
	 * @param statistics what it can be asked for, as long as it lives
	 */
	default void started(EngineStatistics statistics) {
	}

	/**
	 * A message is about to be handed to the transport, on its sender's thread.
	 * @param kind what it is
	 * @param destination where it goes
	 * @param envelope the message as it would go without an observer
	 * @return hears how the sending ends
	 */
	default Sending sending(MessageKind kind, String destination, Envelope envelope) {
		return Sending.NONE;
	}

	/**
	 * A message has come and is about to be handled, on the handler's thread. A task that
	 * must not run, as it has expired, begins and ends too; one that is offered to
	 * several subscribers begins once.
	 * @param kind what it is
	 * @param destination where it was sent to
	 * @param envelope the message
	 * @return hears how the handling ends
	 */
	default Handling handling(MessageKind kind, String destination, Envelope envelope) {
		return Handling.NONE;
	}

	/**
	 * Something happened that is worth counting.
	 * @param event what happened
	 * @param kind to what it happened
	 * @param destination where the message was sent to
	 */
	default void happened(EngineEvent event, MessageKind kind, String destination) {
	}

	/**
	 * A handler is stuck for so long that this process counts as broken: its place will
	 * hardly be free again before the process ends. Called once for each such task.
	 * @param task what it is stuck at
	 */
	default void broken(StuckTask task) {
	}

	/**
	 * A message on its way out.
	 */
	interface Sending {

		/**
		 * Adds nothing and hears nothing.
		 */
		Sending NONE = (failure) -> {
		};

		/**
		 * What goes with the message beside the user's own headers, such as
		 * {@code traceparent}. Wins over a header of the user's; a name of kiwi's own is
		 * left out.
		 * @return the headers
		 */
		default Map<String, String> headers() {
			return Map.of();
		}

		/**
		 * A task is durable and a broadcast taken by the transport; a call has its
		 * answer.
		 * @param failure what ended it instead, or null
		 */
		void ended(@Nullable Throwable failure);

	}

	/**
	 * A message in the hands of a handler.
	 */
	interface Handling {

		/**
		 * Hears nothing.
		 */
		Handling NONE = (outcome, failure) -> {
		};

		/**
		 * The handler begins, on this thread. Not called for a task that is pulled, as
		 * nobody knows which thread works on it.
		 * @return closed on the same thread, when the handler has returned
		 */
		default Scope open() {
			return Scope.NONE;
		}

		/**
		 * The message is settled, on any thread.
		 * @param outcome what became of it
		 * @param failure what the handler threw, or null
		 */
		void ended(HandlingOutcome outcome, @Nullable Throwable failure);

	}

	/**
	 * What holds on a thread while a handler runs.
	 */
	@FunctionalInterface
	interface Scope extends AutoCloseable {

		/**
		 * Nothing.
		 */
		Scope NONE = () -> {
		};

		@Override
		void close();

	}

}
