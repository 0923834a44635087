package dev.kiwi.sample.search;

/**
 * How far a search is: the answer to every {@link ProcessCommand} and the body of every
 * state change.
 *
 * @param id the id of the search's task
 * @param atoms the size of the cluster
 * @param state where it stands
 * @param step how many moves are done
 * @param steps how many there will be
 * @param energy the lowest energy so far
 */
public record ProcessStatus(String id, int atoms, ProcessState state, int step, int steps, double energy) {

}
