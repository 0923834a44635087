package dev.kiwi.sample.cluster;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

class BasinHoppingTests {

	private final PublishedMinima published = PublishedMinima.load();

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 })
	void findsThePublishedMinimumInTheDefaultStepsWhateverTheSeed(int atoms) {
		double lowest = this.published.energyOf(atoms).orElseThrow();
		for (long seed : new long[] { 0, 1, -42, 2026, Long.MAX_VALUE }) {
			BasinHopping search = new BasinHopping(atoms, seed, BasinHopping.defaultSteps(atoms));
			assertThat(finish(search).energy()).as("seed %d", seed).isCloseTo(lowest, within(1e-4));
		}
	}

	@Test
	void findsTheBondLengthOfTheDimer() {
		double[] dimer = finish(new BasinHopping(2, 1, 20)).coordinates();
		double distance = Math.hypot(Math.hypot(dimer[0] - dimer[3], dimer[1] - dimer[4]), dimer[2] - dimer[5]);
		assertThat(distance).isCloseTo(Math.pow(2, 1.0 / 6), within(1e-5));
	}

	@Test
	void bestIsAMinimumWithTheEnergyOfItsCoordinates() {
		Cluster best = finish(new BasinHopping(9, 3, 50));
		assertThat(best.atoms()).isEqualTo(9);
		assertThat(best.coordinates()).hasSize(27);
		assertThat(LennardJones.energy(best.coordinates())).isEqualTo(best.energy());
		assertThat(LennardJones.gradient(best.coordinates())).containsExactly(new double[27], within(2e-4));
	}

	@Test
	void sameSeedMeansSameSearch() {
		Cluster first = finish(new BasinHopping(10, 7, 30));
		Cluster second = finish(new BasinHopping(10, 7, 30));
		assertThat(second.energy()).isEqualTo(first.energy());
		assertThat(second.coordinates()).containsExactly(first.coordinates());
	}

	@Test
	void otherSeedMeansOtherSearch() {
		assertThat(finish(new BasinHopping(10, 8, 30)).coordinates())
			.isNotEqualTo(finish(new BasinHopping(10, 7, 30)).coordinates());
	}

	@Test
	void stepTellsExactlyTheImprovements() {
		BasinHopping search = new BasinHopping(13, 5, 100);
		int improvements = 0;
		while (!search.isDone()) {
			Cluster before = search.best();
			if (search.step()) {
				improvements++;
				assertThat(search.best().energy()).isLessThan(before.energy());
			}
			else {
				assertThat(search.best()).isSameAs(before);
			}
		}
		assertThat(improvements).isPositive();
	}

	@Test
	void countsStepsUpToTheBoundAndRefusesMore() {
		BasinHopping search = new BasinHopping(3, 1, 2);
		assertThat(search.stepsDone()).isZero();
		search.step();
		assertThat(search.stepsDone()).isEqualTo(1);
		assertThat(search.isDone()).isFalse();
		search.step();
		assertThat(search.isDone()).isTrue();
		assertThatIllegalStateException().isThrownBy(search::step)
			.withMessage("The search is done after 2 steps: ask isDone() before step()");
		assertThat(search.stepsDone()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 0, -3, 201 })
	void refusesSizesOutOfRangeAndSaysWhatToGive(int atoms) {
		String message = "A cluster cannot have " + atoms + " atoms: give a number from 2 to 200";
		assertThatIllegalArgumentException().isThrownBy(() -> new BasinHopping(atoms, 1, 10)).withMessage(message);
		assertThatIllegalArgumentException().isThrownBy(() -> BasinHopping.defaultSteps(atoms)).withMessage(message);
	}

	@Test
	void refusesASearchWithoutSteps() {
		assertThatIllegalArgumentException().isThrownBy(() -> new BasinHopping(2, 1, 0))
			.withMessageContaining("give at least 1");
	}

	private static Cluster finish(BasinHopping search) {
		while (!search.isDone()) {
			search.step();
		}
		return search.best();
	}

}
