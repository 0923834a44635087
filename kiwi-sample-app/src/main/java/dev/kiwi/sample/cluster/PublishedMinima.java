package dev.kiwi.sample.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The lowest known energies of Lennard-Jones clusters, in well depths, as published (the
 * source is named in {@code lennard-jones-minima.csv}). They judge a search's answer; the
 * search itself never sees them. Immutable.
 */
public final class PublishedMinima {

	private static final String RESOURCE = "/lennard-jones-minima.csv";

	private static final String HEADER = "atoms,energy";

	private final SortedMap<Integer, Double> energies;

	private PublishedMinima(SortedMap<Integer, Double> energies) {
		this.energies = energies;
	}

	/**
	 * Reads the table that comes with the sample.
	 * @return the table
	 */
	public static PublishedMinima load() {
		try (InputStream resource = PublishedMinima.class.getResourceAsStream(RESOURCE)) {
			if (resource == null) {
				throw new IllegalStateException(RESOURCE + " is missing from the class path");
			}
			return parse(new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(RESOURCE + " cannot be read", ex);
		}
	}

	private static PublishedMinima parse(BufferedReader reader) {
		SortedMap<Integer, Double> energies = new TreeMap<>();
		reader.lines()
			.map(String::strip)
			.filter((line) -> !line.isEmpty() && !line.startsWith("#") && !line.equals(HEADER))
			.map((line) -> line.split(","))
			.forEach((row) -> energies.put(Integer.valueOf(row[0]), Double.valueOf(row[1])));
		return new PublishedMinima(energies);
	}

	/**
	 * The lowest known energy.
	 * @param atoms the number of atoms
	 * @return the energy to six decimals, empty where the table has none
	 */
	public OptionalDouble energyOf(int atoms) {
		Double energy = this.energies.get(atoms);
		return (energy != null) ? OptionalDouble.of(energy) : OptionalDouble.empty();
	}

	/**
	 * The largest cluster of the table.
	 * @return its number of atoms
	 */
	public int largest() {
		return this.energies.lastKey();
	}

}
