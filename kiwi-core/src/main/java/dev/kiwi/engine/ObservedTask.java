package dev.kiwi.engine;

import dev.kiwi.engine.EngineObserver.Handling;
import dev.kiwi.engine.EngineObserver.Scope;
import dev.kiwi.transport.TaskDelivery;
import org.jspecify.annotations.Nullable;

/**
 * What the observer, and whoever asks, is told of one delivery of a task.
 */
final class ObservedTask {

	private ObservedTask() {
	}

	static Handling begin(EngineContext context, String queue, TaskDelivery delivery) {
		if (delivery.isRedelivered()) {
			context.observer().happened(EngineEvent.REDELIVERED, MessageKind.TASK, queue);
		}
		TaskTrace trace = context.traces().begin(queue, delivery.envelope());
		return new Traced(context.traces(), trace,
				context.observer().handling(MessageKind.TASK, queue, delivery.envelope()));
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

	private record Traced(Traces traces, TaskTrace trace, Handling handling) implements Handling {

		@Override
		public Scope open() {
			return this.handling.open();
		}

		@Override
		public void ended(HandlingOutcome outcome, @Nullable Throwable failure) {
			this.traces.end(this.trace, outcome, failure);
			this.handling.ended(outcome, failure);
		}

	}

}
