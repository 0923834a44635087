package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Wakes whoever waits for rows. It may ring in vain, or be missed: the rows are looked
 * for now and then all the same.
 */
interface Doorbell {

	/** Commits, and rings for that: with the commit where a bell can, else after it. */
	default void commit(Tx tx, Collection<Bell> bells) throws SQLException {
		tx.commit();
		ring(tx.place(), bells);
	}

	/**
	 * What rings with the commit of the statement that it is sent before, or null where a
	 * bell rings after that.
	 */
	default Tx.@Nullable Call with(Place place, Collection<Bell> bells) {
		return null;
	}

	/** Rings for no commit. */
	void ring(Place place, Collection<Bell> bells);

	/**
	 * Rings at once for whoever can be reached without waiting for anything.
	 * @return whether nobody is left to ring for
	 */
	default boolean ringHere(Place place, Collection<Bell> bells) {
		return false;
	}

	/**
	 * Listens until {@link #CLOSE} is heard.
	 * @param connection held all the while
	 * @throws SQLException when the connection is lost
	 */
	void listen(Place place, Connection connection, Ear ear) throws SQLException, InterruptedException;

	/** Whether who listens has yet to be told that it is to hear of a queue. */
	default boolean misses(String queue) {
		return false;
	}

	/** Heard by who is to end listening. */
	String CLOSE = "close";

	/** Heard by who is to listen to other queues. */
	String LISTEN = "listen";

	/**
	 * Who listens.
	 *
	 * @param instance the process
	 * @param queues those that it works on now
	 * @param hearing told each word; {@link Bell#EVERYWHERE} first, as what was rung
	 * before was missed
	 * @param open whether {@link #CLOSE} is to come still: who closes may have rung it
	 * before anybody listened
	 */
	record Ear(String instance, Supplier<Set<String>> queues, Consumer<String> hearing, BooleanSupplier open) {
	}

	/**
	 * Where bells are heard: one application's tables in one database.
	 *
	 * @param url the database
	 * @param prefix what the tables' names start with
	 * @param namespace the application's
	 */
	record Place(String url, String prefix, String namespace) {
	}

}
