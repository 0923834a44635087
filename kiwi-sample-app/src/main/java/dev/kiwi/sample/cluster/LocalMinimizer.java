package dev.kiwi.sample.cluster;

import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.PointValuePair;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunctionGradient;
import org.hipparchus.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;
import org.hipparchus.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer.Formula;

/**
 * Rolls a structure down to the bottom of its basin with Hipparchus' conjugate gradients.
 */
final class LocalMinimizer {

	/** Forces below this leave an error in the energy of about 1e-9. */
	private static final double STILL = 1e-4;

	/** Some 20 times what a minimisation takes; guards against one that never rests. */
	private static final int MAX_ITERATIONS = 2000;

	/**
	 * How exactly a line search settles the energy, relative and absolute. Coarser values
	 * spoil the conjugate directions: the descent stalls on slopes.
	 */
	private static final double LINE_TOLERANCE = 1e-12;

	/** About the inverse curvature of a bond, so the natural first step along a force. */
	private static final double FIRST_STEP = 0.005;

	/** Stronger forces are scaled down to this, or atoms that overlap would fly apart. */
	private static final double STRONGEST_FORCE = 20;

	private LocalMinimizer() {
	}

	static double[] minimize(double[] start) {
		return new NonLinearConjugateGradientOptimizer(Formula.POLAK_RIBIERE, LocalMinimizer::atRest, LINE_TOLERANCE,
				LINE_TOLERANCE, FIRST_STEP, LocalMinimizer::tamed)
			.optimize(new ObjectiveFunction(LennardJones::energy),
					new ObjectiveFunctionGradient(LennardJones::gradient), GoalType.MINIMIZE, new InitialGuess(start),
					MaxEval.unlimited())
			.getPoint();
	}

	private static boolean atRest(int iteration, PointValuePair previous, PointValuePair current) {
		return iteration >= MAX_ITERATIONS || strongest(LennardJones.gradient(current.getPointRef())) < STILL;
	}

	private static double[] tamed(double[] coordinates, double[] forces) {
		double scale = Math.min(1, STRONGEST_FORCE / strongest(forces));
		double[] tamed = new double[forces.length];
		for (int i = 0; i < forces.length; i++) {
			tamed[i] = scale * forces[i];
		}
		return tamed;
	}

	private static double strongest(double[] forces) {
		double strongest = 0;
		for (double force : forces) {
			strongest = Math.max(strongest, Math.abs(force));
		}
		return strongest;
	}

}
