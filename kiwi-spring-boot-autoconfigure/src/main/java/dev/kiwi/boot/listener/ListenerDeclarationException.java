package dev.kiwi.boot.listener;

import dev.kiwi.KiwiException;
import org.jspecify.annotations.Nullable;

/**
 * An annotated method cannot become a subscriber as it is declared. The message says
 * which one and why.
 */
public abstract sealed class ListenerDeclarationException extends KiwiException
		permits AmbiguousHandlerParameterException, WrongHandlerContextException, HiddenHandlerMethodException,
		DuplicateRpcIdentifierException, InvalidListenerAttributeException {

	private final String action;

	ListenerDeclarationException(String message, String action, @Nullable Throwable cause) {
		super(message, cause);
		this.action = action;
	}

	/**
	 * What to do about it.
	 * @return one or more sentences
	 */
	public String action() {
		return this.action;
	}

}
