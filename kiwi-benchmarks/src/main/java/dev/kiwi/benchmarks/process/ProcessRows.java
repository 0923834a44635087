package dev.kiwi.benchmarks.process;

import java.util.List;

import dev.kiwi.benchmarks.harness.Scenario;

public final class ProcessRows {

	private ProcessRows() {
	}

	public static List<Scenario> all() {
		return List.of();
	}

}
