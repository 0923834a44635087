package dev.kiwi.sample.cluster;

import java.util.Random;

/**
 * Where the atoms of a cluster are, about the origin.
 */
final class Geometry {

	private Geometry() {
	}

	// The radius of a compact ball, by the density of the close-packed solid, with half a
	// bond to spare.
	static double ballRadius(int atoms) {
		double bond = Math.pow(2, 1.0 / 6);
		return bond * (0.5 + Math.cbrt(3 * atoms / (4 * Math.PI * Math.sqrt(2))));
	}

	// The distance of the outermost atom from the origin.
	static double extent(double[] coordinates) {
		double extent = 0;
		for (int i = 0; i < coordinates.length; i += 3) {
			double x = coordinates[i];
			double y = coordinates[i + 1];
			double z = coordinates[i + 2];
			extent = Math.max(extent, Math.sqrt(x * x + y * y + z * z));
		}
		return extent;
	}

	// Puts an atom in a random direction from the origin, each as likely as the other.
	static void place(double[] coordinates, int atom, double distance, Random random) {
		double x = random.nextGaussian();
		double y = random.nextGaussian();
		double z = random.nextGaussian();
		double scale = distance / Math.sqrt(x * x + y * y + z * z);
		coordinates[3 * atom] = scale * x;
		coordinates[3 * atom + 1] = scale * y;
		coordinates[3 * atom + 2] = scale * z;
	}

	// Shifts the centre of mass to the origin.
	static void center(double[] coordinates) {
		for (int axis = 0; axis < 3; axis++) {
			double mean = 0;
			for (int i = axis; i < coordinates.length; i += 3) {
				mean += 3 * coordinates[i] / coordinates.length;
			}
			for (int i = axis; i < coordinates.length; i += 3) {
				coordinates[i] -= mean;
			}
		}
	}

}
