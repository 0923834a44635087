package dev.kiwi;

/**
 * The transport cannot promise what was asked for; the message says which one can.
 */
public class NotSupportedByTransportException extends KiwiException {

	public NotSupportedByTransportException(String message) {
		super(message);
	}

}
