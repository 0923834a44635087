package dev.kiwi.test.faults;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What became of each task, put together from all who know something of it. Not
 * thread-safe.
 */
public final class Ledger {

	private final Map<String, Set<Outcome>> outcomes = new HashMap<>();

	private final Map<String, Map<String, Integer>> begun = new HashMap<>();

	private final Set<String> accepted = new TreeSet<>();

	private final Set<String> refused = new TreeSet<>();

	/**
	 * It was confirmed.
	 * @param id the task's id
	 */
	public void accepted(String id) {
		this.accepted.add(id);
	}

	/**
	 * Its sender was told that it may not have been taken.
	 * @param id the task's id
	 */
	public void refused(String id) {
		this.refused.add(id);
	}

	/**
	 * Somebody says how it ended.
	 * @param id the task's id
	 * @param outcome the end
	 */
	public void outcome(String id, Outcome outcome) {
		this.outcomes.computeIfAbsent(id, (absent) -> EnumSet.noneOf(Outcome.class)).add(outcome);
	}

	/**
	 * A handler began an attempt.
	 * @param id the task's id
	 * @param attempt names the launch and the attempt
	 */
	public void begun(String id, String attempt) {
		this.begun.computeIfAbsent(id, (absent) -> new HashMap<>()).merge(attempt, 1, Integer::sum);
	}

	/**
	 * Tasks that were accepted and of which nobody knows what became.
	 * @return their ids
	 */
	public List<String> unaccounted() {
		return this.accepted.stream().filter((id) -> !this.outcomes.containsKey(id)).toList();
	}

	/**
	 * How many tasks there are of which one says this and the other that, by what is
	 * said.
	 * @return the numbers
	 */
	public Map<Set<Outcome>, Long> contradictory() {
		return this.outcomes.values()
			.stream()
			.filter((said) -> said.size() > 1)
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
	}

	/**
	 * How often an attempt was begun that had been begun before.
	 * @return the number
	 */
	public int extraExecutions() {
		return this.begun.values()
			.stream()
			.flatMap((attempts) -> attempts.values().stream())
			.mapToInt((times) -> times - 1)
			.sum();
	}

	/**
	 * Whether any attempt of a task was begun twice.
	 * @param id the task's id
	 * @return true if one was
	 */
	public boolean isRepeated(String id) {
		return this.begun.getOrDefault(id, Map.of()).values().stream().anyMatch((times) -> times > 1);
	}

	/**
	 * Tasks that were begun though their sender was told that they may not have been
	 * taken.
	 * @return their ids
	 */
	public List<String> executedThoughRefused() {
		return this.refused.stream().filter(this.begun::containsKey).toList();
	}

	/**
	 * How many were accepted.
	 * @return the number
	 */
	public int size() {
		return this.accepted.size();
	}

	@Override
	public String toString() {
		Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
		for (String id : this.accepted) {
			this.outcomes.getOrDefault(id, Set.of())
				.stream()
				.findFirst()
				.ifPresent((first) -> counts.merge(first, 1, Integer::sum));
		}
		StringBuilder text = new StringBuilder("accepted ").append(this.accepted.size());
		for (Outcome outcome : Outcome.values()) {
			text.append(" | ").append(outcome.name().toLowerCase()).append(' ').append(counts.getOrDefault(outcome, 0));
		}
		return text.append(" | unaccounted ")
			.append(unaccounted().size())
			.append(" || extra executions ")
			.append(extraExecutions())
			.append(" | contradictory outcomes ")
			.append(contradictory())
			.append(" | refused ")
			.append(this.refused.size())
			.append(", of these executed ")
			.append(executedThoughRefused().size())
			.toString();
	}

	/**
	 * How a task ended; of several the first counts.
	 */
	public enum Outcome {

		SUCCEEDED, CANCELLED, EXPIRED, LOST, DEAD_LETTER

	}

}
