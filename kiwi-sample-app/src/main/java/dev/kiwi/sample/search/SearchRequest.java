package dev.kiwi.sample.search;

/**
 * What a search is asked for.
 *
 * @param atoms the size of the cluster
 * @param seed the seed of the random moves; the same seed gives the same search
 * @param failures how many attempts fail on purpose, to show what becomes of them; none
 * does once the task was relaunched
 */
public record SearchRequest(int atoms, long seed, int failures) {

	public SearchRequest(int atoms, long seed) {
		this(atoms, seed, 0);
	}

}
