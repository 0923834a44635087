package dev.kiwi.sample.sweep;

import java.util.Collection;
import java.util.Comparator;
import java.util.Formatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.kiwi.sample.cluster.PublishedMinima;
import dev.kiwi.sample.search.SearchResult;

/**
 * The lowest energy found for each size, beside the published one.
 */
class SweepReport {

	/** To how much a found energy must match the published one. */
	static final double TOLERANCE = 1e-4;

	/** Up to which size a match is demanded. */
	static final int DEMANDED = 13;

	private final PublishedMinima published;

	private final Map<Integer, SearchResult> best;

	SweepReport(PublishedMinima published, Collection<SearchResult> results) {
		this.published = published;
		this.best = results.stream()
			.collect(Collectors.toMap(SearchResult::atoms, (result) -> result,
					(a, b) -> (Comparator.comparingDouble(SearchResult::energy).compare(a, b) <= 0) ? a : b,
					TreeMap::new));
	}

	/**
	 * Whether a size was found as published.
	 * @param atoms the size
	 * @return false also where there is no result or nothing published
	 */
	boolean matches(int atoms) {
		SearchResult result = this.best.get(atoms);
		return result != null && this.published.energyOf(atoms).isPresent()
				&& Math.abs(result.energy() - this.published.energyOf(atoms).getAsDouble()) <= TOLERANCE;
	}

	String table() {
		Formatter table = new Formatter(Locale.ROOT);
		table.format("%5s  %12s  %12s  %10s  %6s%n", "atoms", "found", "published", "difference", "seed");
		this.best.forEach((atoms, result) -> {
			if (this.published.energyOf(atoms).isPresent()) {
				double energy = this.published.energyOf(atoms).getAsDouble();
				table.format("%5d  %12.6f  %12.6f  %10.6f  %6d%s%n", atoms, result.energy(), energy,
						result.energy() - energy, result.seed(),
						matches(atoms) ? "" : "  <- not the published minimum");
			}
			else {
				table.format("%5d  %12.6f  %12s  %10s  %6d%n", atoms, result.energy(), "-", "-", result.seed());
			}
		});
		return table.toString();
	}

}
