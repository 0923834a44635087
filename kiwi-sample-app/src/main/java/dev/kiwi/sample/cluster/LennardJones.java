package dev.kiwi.sample.cluster;

/**
 * The Lennard-Jones potential in reduced units, {@code 4 (r^-12 - r^-6)} per pair of
 * atoms: lengths in sigma, energies in well depths. Coordinates are x, y, z of each atom
 * in turn. Thread-safe.
 */
public final class LennardJones {

	private LennardJones() {
	}

	/**
	 * The energy of all pairs.
	 * @param coordinates three per atom
	 * @return the energy
	 */
	public static double energy(double[] coordinates) {
		double energy = 0;
		for (int i = 3; i < coordinates.length; i += 3) {
			for (int j = 0; j < i; j += 3) {
				energy += pairEnergy(coordinates, i, j);
			}
		}
		return energy;
	}

	/**
	 * The derivative of the energy by each coordinate.
	 * @param coordinates three per atom
	 * @return the gradient, a new array
	 */
	public static double[] gradient(double[] coordinates) {
		double[] gradient = new double[coordinates.length];
		for (int i = 3; i < coordinates.length; i += 3) {
			for (int j = 0; j < i; j += 3) {
				double dx = coordinates[i] - coordinates[j];
				double dy = coordinates[i + 1] - coordinates[j + 1];
				double dz = coordinates[i + 2] - coordinates[j + 2];
				double inverse2 = 1 / (dx * dx + dy * dy + dz * dz);
				double inverse6 = inverse2 * inverse2 * inverse2;
				double slope = 24 * inverse2 * inverse6 * (1 - 2 * inverse6);
				gradient[i] += slope * dx;
				gradient[i + 1] += slope * dy;
				gradient[i + 2] += slope * dz;
				gradient[j] -= slope * dx;
				gradient[j + 1] -= slope * dy;
				gradient[j + 2] -= slope * dz;
			}
		}
		return gradient;
	}

	/**
	 * The atom that the others bind least.
	 * @param coordinates three per atom
	 * @return the atom, from 0
	 */
	public static int weakest(double[] coordinates) {
		int weakest = 0;
		double highest = Double.NEGATIVE_INFINITY;
		for (int i = 0; i < coordinates.length; i += 3) {
			double energy = 0;
			for (int j = 0; j < coordinates.length; j += 3) {
				energy += (j != i) ? pairEnergy(coordinates, i, j) : 0;
			}
			if (energy > highest) {
				highest = energy;
				weakest = i / 3;
			}
		}
		return weakest;
	}

	private static double pairEnergy(double[] coordinates, int i, int j) {
		double dx = coordinates[i] - coordinates[j];
		double dy = coordinates[i + 1] - coordinates[j + 1];
		double dz = coordinates[i + 2] - coordinates[j + 2];
		double inverse2 = 1 / (dx * dx + dy * dy + dz * dz);
		double inverse6 = inverse2 * inverse2 * inverse2;
		return 4 * inverse6 * (inverse6 - 1);
	}

}
