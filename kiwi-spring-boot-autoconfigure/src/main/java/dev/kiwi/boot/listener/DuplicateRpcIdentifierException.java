package dev.kiwi.boot.listener;

/**
 * Two annotated methods of one application serve the same RPC identifier.
 */
public final class DuplicateRpcIdentifierException extends ListenerDeclarationException {

	DuplicateRpcIdentifierException(String identifier, String first, String second) {
		super("The RPC identifier '" + identifier + "' is declared twice in this application: by " + first + " and by "
				+ second,
				"Give one of the two methods another identifier in @KiwiRpc; one application serves an identifier "
						+ "once, several instances of it may serve it beside each other.",
				null);
	}

}
