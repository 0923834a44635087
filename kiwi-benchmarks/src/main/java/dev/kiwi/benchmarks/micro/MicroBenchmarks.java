package dev.kiwi.benchmarks.micro;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs what needs no server, with JMH: nanoseconds and bytes for each operation.
 */
public final class MicroBenchmarks {

	private MicroBenchmarks() {
	}

	/**
	 * Runs all of them.
	 * @throws RunnerException if one fails
	 */
	public static void run() throws RunnerException {
		new Runner(new OptionsBuilder().include("dev\\.kiwi\\..*Benchmark")
			.mode(Mode.AverageTime)
			.timeUnit(TimeUnit.NANOSECONDS)
			.warmupIterations(3)
			.warmupTime(TimeValue.seconds(1))
			.measurementIterations(5)
			.measurementTime(TimeValue.seconds(1))
			.forks(1)
			.addProfiler(GCProfiler.class)
			.build()).run();
	}

}
