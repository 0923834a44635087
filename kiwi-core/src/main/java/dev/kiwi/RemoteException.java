package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * The handler on the other side failed. The message names the task or call and ends with
 * the text of the exception there.
 */
public class RemoteException extends KiwiException {

	private final @Nullable String remoteType;

	public RemoteException(String message, @Nullable String remoteType) {
		super(message);
		this.remoteType = remoteType;
	}

	/**
	 * The class of the exception on the other side.
	 * @return a class name, or null where the other side did not tell
	 */
	public @Nullable String remoteType() {
		return this.remoteType;
	}

}
