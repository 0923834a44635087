package dev.kiwi.boot.listener;

import java.util.List;

/**
 * More than one parameter of an annotated method could be the payload.
 */
public final class AmbiguousHandlerParameterException extends ListenerDeclarationException {

	AmbiguousHandlerParameterException(String method, List<String> candidates) {
		super("Which parameter of " + method + " is the payload is ambiguous: " + String.join(", ", candidates),
				"Leave one payload parameter: put what is sent together into one record, "
						+ "and take other beans through the constructor instead of a parameter.",
				null);
	}

}
