package dev.kiwi.sample.search;

/**
 * What a search is asked for.
 *
 * @param atoms the size of the cluster
 * @param seed the seed of the random moves; the same seed gives the same search
 */
public record SearchRequest(int atoms, long seed) {

}
