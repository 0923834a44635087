package dev.kiwi.sample.cluster;

import java.util.Random;

/**
 * A search for the structure of lowest energy by basin hopping (D. J. Wales and J. P. K.
 * Doye, J. Phys. Chem. A 101, 5111 (1997)): a random move, the way down to the nearest
 * minimum, and the Metropolis criterion between minima.
 * <p>
 * The caller owns the loop, so it may report, pause or give up between any two steps:
 *
 * <pre>{@code
 * BasinHopping search = new BasinHopping(13, 1, BasinHopping.defaultSteps(13));
 * while (!search.isDone()) {
 *     if (search.step()) {
 *         report(search.stepsDone(), search.best());
 *     }
 * }
 * }</pre>
 *
 * Same atoms and seed, same search. Not thread-safe: one thread at a time.
 */
public final class BasinHopping {

	private static final int MIN_ATOMS = 2;

	/**
	 * At this size a step takes a quarter of a second, and success is a matter of luck.
	 */
	private static final int MAX_ATOMS = 200;

	private static final int STEPS_PER_ATOM = 100;

	/**
	 * In well depths; 18 to 20 atoms are found about as fast anywhere from 0.4 to 1.2.
	 */
	private static final double TEMPERATURE = 0.5;

	/** The share of moves that set the weakest atom anew instead of shaking them all. */
	private static final double RELOCATIONS = 0.3;

	private static final double SMALLEST_SHAKE = 0.1;

	private static final double LARGEST_SHAKE = 0.6;

	/** How fast the shake follows success, so that about half the moves are accepted. */
	private static final double SHAKE_FACTOR = 1.05;

	/** Less is the error of a minimisation, not another structure. */
	private static final double IMPROVEMENT = 1e-6;

	private final int atoms;

	private final int maxSteps;

	private final Random random;

	private final double container;

	private Cluster current;

	private Cluster best;

	private double shake = 0.4;

	private int stepsDone;

	/**
	 * Starts from random places, minimised.
	 * @param atoms the number of atoms, 2 to 200
	 * @param seed the seed of all that is random
	 * @param maxSteps when the search is done, at least 1
	 * @see #defaultSteps(int)
	 */
	public BasinHopping(int atoms, long seed, int maxSteps) {
		requireAtoms(atoms);
		if (maxSteps < 1) {
			throw new IllegalArgumentException("A search cannot take " + maxSteps
					+ " steps: give at least 1, or BasinHopping.defaultSteps(atoms)");
		}
		this.atoms = atoms;
		this.maxSteps = maxSteps;
		this.random = new Random(seed);
		this.container = Geometry.ballRadius(atoms) + 1;
		this.current = start();
		this.best = this.current;
	}

	/**
	 * Steps enough to find the lowest minimum for practically every seed up to 20 atoms;
	 * larger clusters may need more.
	 * @param atoms the number of atoms, 2 to 200
	 * @return a bound on steps
	 */
	public static int defaultSteps(int atoms) {
		requireAtoms(atoms);
		return STEPS_PER_ATOM * atoms;
	}

	private static void requireAtoms(int atoms) {
		if (atoms < MIN_ATOMS || atoms > MAX_ATOMS) {
			throw new IllegalArgumentException(
					"A cluster cannot have " + atoms + " atoms: give a number from " + MIN_ATOMS + " to " + MAX_ATOMS);
		}
	}

	/**
	 * Takes one step.
	 * @return whether it found a better structure than all before
	 * @throws IllegalStateException if the search is done
	 */
	public boolean step() {
		if (isDone()) {
			throw new IllegalStateException(
					"The search is done after " + this.maxSteps + " steps: ask isDone() before step()");
		}
		this.stepsDone++;
		boolean relocating = this.random.nextDouble() < RELOCATIONS;
		Cluster trial = minimized(relocating ? relocated() : shaken());
		boolean accepted = isAccepted(trial);
		if (!relocating) {
			double shake = accepted ? this.shake * SHAKE_FACTOR : this.shake / SHAKE_FACTOR;
			this.shake = Math.min(LARGEST_SHAKE, Math.max(SMALLEST_SHAKE, shake));
		}
		if (accepted) {
			this.current = trial;
		}
		if (accepted && trial.energy() < this.best.energy() - IMPROVEMENT) {
			this.best = trial;
			return true;
		}
		return false;
	}

	/**
	 * Whether all steps are taken.
	 * @return true when {@link #step()} would refuse
	 */
	public boolean isDone() {
		return this.stepsDone >= this.maxSteps;
	}

	/**
	 * The steps taken.
	 * @return from 0 to {@link #maxSteps()}
	 */
	public int stepsDone() {
		return this.stepsDone;
	}

	/**
	 * The bound on steps.
	 * @return as given
	 */
	public int maxSteps() {
		return this.maxSteps;
	}

	/**
	 * The best structure so far, its centre of mass at the origin.
	 * @return the structure, from the start on; later steps leave it alone, and so must
	 * its readers: its coordinates are not copied
	 */
	public Cluster best() {
		return this.best;
	}

	private Cluster start() {
		Cluster start;
		do {
			double[] coordinates = new double[3 * this.atoms];
			for (int atom = 0; atom < this.atoms; atom++) {
				double distance = Geometry.ballRadius(this.atoms) * Math.cbrt(this.random.nextDouble());
				Geometry.place(coordinates, atom, distance, this.random);
			}
			start = minimized(coordinates);
		}
		while (!isWhole(start));
		return start;
	}

	private Cluster minimized(double[] coordinates) {
		double[] minimum = LocalMinimizer.minimize(coordinates);
		Geometry.center(minimum);
		return new Cluster(this.atoms, LennardJones.energy(minimum), minimum);
	}

	private boolean isAccepted(Cluster trial) {
		double chance = Math.exp((this.current.energy() - trial.energy()) / TEMPERATURE);
		return isWhole(trial) && this.random.nextDouble() < chance;
	}

	// Atoms that drifted away feel no force and would never come back.
	private boolean isWhole(Cluster cluster) {
		return Geometry.extent(cluster.coordinates()) <= this.container;
	}

	private double[] shaken() {
		double[] coordinates = this.current.coordinates().clone();
		for (int i = 0; i < coordinates.length; i++) {
			coordinates[i] += this.shake * (2 * this.random.nextDouble() - 1);
		}
		return coordinates;
	}

	private double[] relocated() {
		double[] coordinates = this.current.coordinates().clone();
		Geometry.place(coordinates, LennardJones.weakest(coordinates), Geometry.extent(coordinates), this.random);
		return coordinates;
	}

}
