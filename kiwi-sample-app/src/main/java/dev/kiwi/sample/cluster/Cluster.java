package dev.kiwi.sample.cluster;

/**
 * A structure of a cluster, in reduced Lennard-Jones units.
 *
 * @param atoms the number of atoms
 * @param energy the energy in well depths, negative when bound
 * @param coordinates x, y, z of each atom in turn, in units of sigma
 */
public record Cluster(int atoms, double energy, double[] coordinates) {

}
