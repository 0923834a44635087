package dev.kiwi.benchmarks.micro;

import dev.kiwi.BroadcastFilter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Whether a broadcast passes a filter.
 */
@State(Scope.Benchmark)
public class FilterBenchmark {

	private final BroadcastFilter exact = BroadcastFilter.subject("state_changed.running.finished");

	private final BroadcastFilter glob = BroadcastFilter.subject("state_changed.*.finished");

	private final BroadcastFilter regularExpression = BroadcastFilter
		.subject("regex:state_changed\\.[a-z]+\\.(finished|failed)");

	private String subject = "state_changed.running.finished";

	@Benchmark
	public boolean exact() {
		return this.exact.matches(this.subject, "sender");
	}

	@Benchmark
	public boolean glob() {
		return this.glob.matches(this.subject, "sender");
	}

	@Benchmark
	public boolean regularExpression() {
		return this.regularExpression.matches(this.subject, "sender");
	}

}
