package dev.kiwi.sample.sweep;

import java.util.Optional;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.sample.search.SearchRequest;
import dev.kiwi.sample.search.SearchResult;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends each search of a sweep once, also when the application is stopped meanwhile: it
 * writes down in its own database which task does which search. In that same database
 * tasks are sent with the transaction, so that a note and its task are there both or
 * neither.
 */
@Component
@Profile("!worker")
class Searches {

	private final KiwiCommunicator kiwi;

	private final JdbcClient notes;

	private final TransactionTemplate transactions;

	Searches(KiwiCommunicator kiwi, JdbcClient notes, TransactionTemplate transactions) {
		this.kiwi = kiwi;
		this.notes = notes;
		this.transactions = transactions;
	}

	/**
	 * The id of the task that was sent for a search before the application was stopped.
	 * @param request the search
	 * @return the id, empty for a search that is yet to be sent
	 */
	Optional<String> sentBefore(SearchRequest request) {
		return this.notes.sql("SELECT task FROM search WHERE atoms = ? AND seed = ? AND failures = ?")
			.params(request.atoms(), request.seed(), request.failures())
			.query(String.class)
			.optional();
	}

	/**
	 * Follows a search to its result, which is kept where it is over.
	 * @param id the id of its task
	 * @return the handle
	 */
	TaskHandle<SearchResult> follow(String id) {
		return this.kiwi.followTask(id, SearchResult.class);
	}

	/**
	 * Sends a search.
	 * @param request the search
	 * @return the handle
	 */
	TaskHandle<SearchResult> send(SearchRequest request) {
		return this.transactions.execute((transaction) -> {
			TaskHandle<SearchResult> handle = this.kiwi.sendTask("cluster-search", request, SearchResult.class);
			this.notes.sql("INSERT INTO search (atoms, seed, failures, task) VALUES (?, ?, ?, ?)")
				.params(request.atoms(), request.seed(), request.failures(), handle.id())
				.update();
			return handle;
		});
	}

	/**
	 * Strikes out a search whose end was told: the next sweep makes it anew.
	 * @param id the id of its task
	 */
	void told(String id) {
		this.notes.sql("DELETE FROM search WHERE task = ?").param(id).update();
	}

}
