package dev.kiwi.boot.listener;

/**
 * An annotated method asks for the context of another kind of message.
 */
public final class WrongHandlerContextException extends ListenerDeclarationException {

	WrongHandlerContextException(String method, String annotation, Class<?> parameterType, Class<?> contextType) {
		super("The parameter " + parameterType.getSimpleName() + " of " + method + " does not go with @" + annotation,
				"Declare the parameter as " + contextType.getSimpleName() + ", which is what @" + annotation
						+ " offers, or remove it.",
				null);
	}

}
