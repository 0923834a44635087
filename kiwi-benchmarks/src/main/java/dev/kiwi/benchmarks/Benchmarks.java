package dev.kiwi.benchmarks;

import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;

import dev.kiwi.benchmarks.database.DatabaseRows;
import dev.kiwi.benchmarks.harness.Machine;
import dev.kiwi.benchmarks.harness.Options;
import dev.kiwi.benchmarks.harness.Report;
import dev.kiwi.benchmarks.harness.Result;
import dev.kiwi.benchmarks.harness.Rounds;
import dev.kiwi.benchmarks.harness.Scenario;
import dev.kiwi.benchmarks.micro.MicroBenchmarks;
import dev.kiwi.benchmarks.process.ProcessRows;
import dev.kiwi.benchmarks.rabbit.Rabbit;
import dev.kiwi.benchmarks.rabbit.RabbitRows;

/**
 * Measures what is asked for, row by row, and writes the report.
 */
public final class Benchmarks {

	private Benchmarks() {
	}

	/**
	 * Ends with status 1 if a row could not be measured; a missed goal is a result.
	 * @param arguments {@code micro}, or see {@link Options#parse}
	 * @throws Exception if the report cannot be written
	 */
	public static void main(String[] arguments) throws Exception {
		if (List.of(arguments).equals(List.of("micro"))) {
			MicroBenchmarks.run();
			return;
		}
		Options options = Options.parse(arguments);
		Machine machine = new Machine();
		Report report = new Report(options, machine);
		Rounds rounds = new Rounds(options);
		boolean failed = false;
		List<Scenario> wanted = rows(machine).stream().filter((scenario) -> options.wants(scenario.id())).toList();
		for (Scenario scenario : wanted) {
			System.out.printf("%s: %s (%tT, %d of %d)%n", scenario.id(), scenario.work(), LocalTime.now(),
					wanted.indexOf(scenario) + 1, wanted.size());
			try {
				Result result = rounds.run(scenario);
				System.out.print(Report.text(result));
				report.add(result);
			}
			catch (Throwable ex) {
				// the next row may be measured all the same
				failed = true;
				ex.printStackTrace();
				report.skip(scenario, "failed: " + ex);
			}
		}
		System.out.println("Written to " + options.target());
		System.exit(failed ? 1 : 0);
	}

	private static List<Scenario> rows(Machine machine) {
		List<Scenario> rows = new ArrayList<>();
		Rabbit rabbit = new Rabbit(machine);
		rows.addAll(RabbitRows.all(rabbit));
		rows.addAll(DatabaseRows.all(machine));
		rows.addAll(ProcessRows.all(rabbit));
		return rows;
	}

}
