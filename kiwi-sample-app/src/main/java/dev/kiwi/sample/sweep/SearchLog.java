package dev.kiwi.sample.sweep;

import java.util.function.Consumer;

import dev.kiwi.TaskUpdate;
import dev.kiwi.sample.search.SearchRequest;

/**
 * Writes what is heard of one search on its way: each quarter done but the last, as the
 * end is told anyway, and each attempt that failed.
 */
class SearchLog implements Consumer<TaskUpdate> {

	private final String search;

	private final Consumer<String> lines;

	private int quarters;

	SearchLog(SearchRequest request, Consumer<String> lines) {
		this.search = request.atoms() + " atoms, seed " + request.seed() + ": ";
		this.lines = lines;
	}

	@Override
	public synchronized void accept(TaskUpdate update) {
		if (update instanceof TaskUpdate.Retrying retrying) {
			this.quarters = 0;
			this.lines.accept(this.search + "attempt " + retrying.attempt() + " failed (" + retrying.reason()
					+ "), the next one follows in " + retrying.after().toMillis() + " ms");
		}
		else if (update instanceof TaskUpdate.Progress progress && progress.fraction() < 1
				&& progress.fraction() * 4 >= this.quarters + 1) {
			this.quarters = (int) (progress.fraction() * 4);
			this.lines.accept(this.search + Math.round(100 * progress.fraction()) + " %, " + progress.message());
		}
	}

}
