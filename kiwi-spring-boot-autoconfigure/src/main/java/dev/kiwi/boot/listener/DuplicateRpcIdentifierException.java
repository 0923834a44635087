package dev.kiwi.boot.listener;

/**
 * Two annotated methods of one application serve the same RPC identifier.
 */
public final class DuplicateRpcIdentifierException extends ListenerDeclarationException {

	DuplicateRpcIdentifierException(String identifier, String first, String firstBean, String second,
			String secondBean) {
		super("The RPC identifier '" + identifier + "' is declared twice in this application: by " + first
				+ " of the bean '" + firstBean + "' and by " + second + " of the bean '" + secondBean + "'",
				"Give one of the two methods another identifier in @KiwiRpc, or, where they are the same method of two "
						+ "beans, leave one bean; one application serves an identifier once, several instances of it "
						+ "may serve it beside each other.",
				null);
	}

}
