package dev.kiwi.benchmarks.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One row: the same work by several contenders, side by side.
 *
 * @param id names it on the command line
 * @param work what is done
 * @param unit what the figures count
 * @param contenders by name, in the order of the table
 * @param goals what kiwi is to reach
 * @param coldRounds how many rounds there are, whatever the options say, without a
 * warm-up, where each one begins with a new process; 0 for a warm row
 */
public record Scenario(String id, String work, Unit unit, Map<String, Contender.Opener> contenders, List<Goal> goals,
		int coldRounds) {

	/** A row without contenders yet. */
	public static Scenario of(String id, String work, Unit unit) {
		return new Scenario(id, work, unit, Map.of(), List.of(), 0);
	}

	/** This row with another contender. */
	public Scenario with(String name, Contender.Opener contender) {
		Map<String, Contender.Opener> extended = new LinkedHashMap<>(this.contenders);
		extended.put(name, contender);
		return new Scenario(this.id, this.work, this.unit, extended, this.goals, this.coldRounds);
	}

	/** This row with another goal. */
	public Scenario goal(Goal goal) {
		List<Goal> extended = new ArrayList<>(this.goals);
		extended.add(goal);
		return new Scenario(this.id, this.work, this.unit, this.contenders, extended, this.coldRounds);
	}

	/** This row, with a new process in each of some rounds. */
	public Scenario cold(int rounds) {
		return new Scenario(this.id, this.work, this.unit, this.contenders, this.goals, rounds);
	}

}
