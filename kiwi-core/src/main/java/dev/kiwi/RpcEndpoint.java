package dev.kiwi;

/**
 * A name to serve.
 *
 * @param identifier the identifier
 * @param isExclusive whether nobody else may serve it at the same time, in any process
 */
public record RpcEndpoint(String identifier, boolean isExclusive) {

	/**
	 * An endpoint that several instances may serve.
	 * @param identifier the identifier
	 * @return the endpoint
	 */
	public static RpcEndpoint of(String identifier) {
		return new RpcEndpoint(identifier, false);
	}

	/**
	 * This endpoint for one holder only: a second subscriber anywhere is refused.
	 * @return the endpoint
	 */
	public RpcEndpoint exclusive() {
		return new RpcEndpoint(this.identifier, true);
	}

}
