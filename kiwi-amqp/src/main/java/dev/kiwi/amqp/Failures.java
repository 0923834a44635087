package dev.kiwi.amqp;

import java.util.concurrent.CompletionException;

/**
 * What a stage failed with, without what stages wrap around it.
 */
final class Failures {

	private Failures() {
	}

	static Throwable unwrapped(Throwable failure) {
		Throwable cause = failure.getCause();
		return (failure instanceof CompletionException && cause != null) ? cause : failure;
	}

}
