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
		// The broker tells of the first argument that differs, which need not be the type
		// where that is what differs.
		String type = "x-queue-type".equals(cause.argument()) ? "=" + cause.found() : " to the type that the queue has";
		return new FailureAnalysis(cause.getMessage(),
				"Set kiwi.amqp.queue-type" + type
						+ ", or kiwi.amqp.adopt-existing-queues=true to use the queue as it is, "
						+ "or kiwi.namespace to use queues of other names, or delete '" + cause.queue()
						+ "' on the broker once it is empty.",
				cause);
	}

}
