package dev.kiwi.boot.listener;

/**
 * The queue, identifier or filter of an annotated method is none.
 */
public final class InvalidListenerAttributeException extends ListenerDeclarationException {

	InvalidListenerAttributeException(String annotation, String method, RuntimeException cause) {
		super("@" + annotation + " on " + method + " cannot be used: " + cause.getMessage(),
				"Correct the annotation's " + "attribute, or the property that its placeholder takes the value from.",
				cause);
	}

}
