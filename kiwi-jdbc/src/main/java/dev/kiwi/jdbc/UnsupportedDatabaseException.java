package dev.kiwi.jdbc;

import dev.kiwi.KiwiException;

/**
 * The data source leads to a database that the transport cannot use.
 */
public class UnsupportedDatabaseException extends KiwiException {

	public UnsupportedDatabaseException(String message) {
		super(message);
	}

}
