package dev.kiwi.sample.cluster;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PublishedMinimaTests {

	private final PublishedMinima published = PublishedMinima.load();

	@Test
	void knowsTheIcosahedron() {
		assertThat(this.published.energyOf(13)).hasValue(-44.326801);
	}

	@Test
	void coversEverySizeUpToItsLargest() {
		assertThat(this.published.largest()).isEqualTo(38);
		for (int atoms = 2; atoms <= this.published.largest(); atoms++) {
			assertThat(this.published.energyOf(atoms)).as("%d atoms", atoms).isPresent();
		}
	}

	@Test
	void hasNothingBeyond() {
		assertThat(this.published.energyOf(1)).isEmpty();
		assertThat(this.published.energyOf(39)).isEmpty();
	}

}
