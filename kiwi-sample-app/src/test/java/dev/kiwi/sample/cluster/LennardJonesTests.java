package dev.kiwi.sample.cluster;

import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class LennardJonesTests {

	private static final double BOND = Math.pow(2, 1.0 / 6);

	@Test
	void dimerIsBoundByOneWellDepthAtItsBondLength() {
		double[] dimer = { 0, 0, 0, BOND, 0, 0 };
		assertThat(LennardJones.energy(dimer)).isCloseTo(-1, within(1e-12));
		assertThat(LennardJones.gradient(dimer)).containsExactly(new double[6], within(1e-12));
	}

	@Test
	void energyCountsEachPairOnce() {
		double height = BOND * Math.sqrt(3) / 2;
		double[] triangle = { 0, 0, 0, BOND, 0, 0, BOND / 2, height, 0 };
		assertThat(LennardJones.energy(triangle)).isCloseTo(-3, within(1e-12));
	}

	@Test
	void gradientAgreesWithFiniteDifferences() {
		double[] coordinates = looseCube(new Random(1));
		double[] gradient = LennardJones.gradient(coordinates);
		double step = 1e-5;
		for (int i = 0; i < coordinates.length; i++) {
			double[] ahead = coordinates.clone();
			double[] behind = coordinates.clone();
			ahead[i] += step;
			behind[i] -= step;
			double slope = (LennardJones.energy(ahead) - LennardJones.energy(behind)) / (2 * step);
			assertThat(gradient[i]).as("coordinate %d", i).isCloseTo(slope, within(1e-6 * (1 + Math.abs(slope))));
		}
	}

	@Test
	void weakestAtomIsTheOneFarthestOut() {
		double[] chain = { 0, 0, 0, BOND, 0, 0, 3, 0, 0 };
		assertThat(LennardJones.weakest(chain)).isEqualTo(2);
	}

	private static double[] looseCube(Random random) {
		double[] coordinates = new double[3 * 8];
		for (int atom = 0; atom < 8; atom++) {
			for (int axis = 0; axis < 3; axis++) {
				coordinates[3 * atom + axis] = 1.2 * ((atom >> axis) & 1) + 0.1 * random.nextDouble();
			}
		}
		return coordinates;
	}

}
