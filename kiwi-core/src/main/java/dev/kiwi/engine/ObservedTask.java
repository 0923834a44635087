package dev.kiwi.engine;

import dev.kiwi.engine.EngineObserver.Handling;
import dev.kiwi.transport.TaskDelivery;
import org.jspecify.annotations.Nullable;

/**
 * What the observer is told of one delivery of a task.
 */
final class ObservedTask {

	private ObservedTask() {
	}

	static Handling begin(EngineObserver observer, String queue, TaskDelivery delivery) {
		if (delivery.isRedelivered()) {
			observer.happened(EngineEvent.REDELIVERED, MessageKind.TASK, queue);
		}
		return observer.handling(MessageKind.TASK, queue, delivery.envelope());
	}

	static void end(EngineObserver observer, String queue, Handling handling, HandlingOutcome outcome,
			@Nullable Throwable failure) {
		handling.ended(outcome, failure);
		switch (outcome) {
			case RETRIED -> observer.happened(EngineEvent.RETRIED, MessageKind.TASK, queue);
			case BURIED, LOST -> observer.happened(EngineEvent.DEAD_LETTERED, MessageKind.TASK, queue);
			case OWNERSHIP_LOST -> observer.happened(EngineEvent.OWNERSHIP_LOST, MessageKind.TASK, queue);
			default -> {
				// nothing to worry about
			}
		}
	}

}
