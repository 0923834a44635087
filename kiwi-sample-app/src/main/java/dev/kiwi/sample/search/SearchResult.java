package dev.kiwi.sample.search;

/**
 * What a search found.
 *
 * @param atoms the size of the cluster
 * @param seed the seed of the search
 * @param energy the lowest energy found, in units of the pair well depth
 * @param steps how many moves it took
 */
public record SearchResult(int atoms, long seed, double energy, int steps) {

}
