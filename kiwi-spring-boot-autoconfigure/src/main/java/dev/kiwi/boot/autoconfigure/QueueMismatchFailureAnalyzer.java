package dev.kiwi.boot.autoconfigure;

import dev.kiwi.amqp.QueueMismatchException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which queue on the broker differs, and in what.
 */
final class QueueMismatchFailureAnalyzer extends AbstractFailureAnalyzer<QueueMismatchException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, QueueMismatchException cause) {
		String type = "x-queue-type".equals(cause.argument())
				? "Set kiwi.amqp.queue-type=" + cause.found() + " to go on with the type that the queue has, or set "
				: "Set ";
		return new FailureAnalysis(cause.getMessage(),
				type + "kiwi.amqp.adopt-existing-queues=true to use the queue as it is, "
						+ "or kiwi.namespace to use queues of other names, or delete '" + cause.queue()
						+ "' on the broker once it is empty.",
				cause);
	}

}
