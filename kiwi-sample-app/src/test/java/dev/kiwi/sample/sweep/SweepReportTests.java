package dev.kiwi.sample.sweep;

import java.util.List;

import dev.kiwi.sample.cluster.PublishedMinima;
import dev.kiwi.sample.search.SearchResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SweepReportTests {

	private final SweepReport report = new SweepReport(PublishedMinima.load(), List.of(new SearchResult(2, 1, -1, 10),
			new SearchResult(3, 1, -2.5, 10), new SearchResult(3, 2, -2.99995, 10), new SearchResult(4, 1, -5.9, 10)));

	@Test
	void theLowestEnergyOfEachSizeCounts() {
		assertThat(this.report.matches(2)).isTrue();
		assertThat(this.report.matches(3)).isTrue();
	}

	@Test
	void aSizeThatWasMissedOrIsMissingDoesNotMatch() {
		assertThat(this.report.matches(4)).isFalse();
		assertThat(this.report.matches(5)).isFalse();
	}

	@Test
	void theTableShowsFoundAndPublishedWithTheDifference() {
		assertThat(this.report.table()).contains("atoms", "-2.999950", "-3.000000", "0.000050")
			.containsPattern("4 +-5.900000 +-6.000000 +0.100000 +1 +<- not the published minimum");
	}

}
