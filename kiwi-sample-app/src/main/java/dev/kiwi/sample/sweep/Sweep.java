package dev.kiwi.sample.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import dev.kiwi.BroadcastContext;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.sample.cluster.PublishedMinima;
import dev.kiwi.sample.search.ProcessStatus;
import dev.kiwi.sample.search.SearchRequest;
import dev.kiwi.sample.search.SearchResult;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Sends the searches, follows them live and prints what they found.
 */
@Component
@Profile("!worker")
class Sweep implements ApplicationRunner, ExitCodeGenerator {

	private final KiwiCommunicator kiwi;

	private final SweepProperties properties;

	private volatile int exitCode = 1;

	Sweep(KiwiCommunicator kiwi, SweepProperties properties) {
		this.kiwi = kiwi;
		this.properties = properties;
	}

	@KiwiBroadcast(filter = "state_changed.*")
	void stateChanged(ProcessStatus status, BroadcastContext broadcast) {
		System.out.printf("%-32s  %2d atoms  %4d of %4d  %12.6f  %s%n", broadcast.subject(), status.atoms(),
				status.step(), status.steps(), status.energy(), status.id());
	}

	@Override
	public void run(ApplicationArguments arguments) throws Exception {
		List<TaskHandle<SearchResult>> handles = new ArrayList<>();
		for (int atoms = this.properties.from(); atoms <= this.properties.to(); atoms++) {
			for (long seed : this.properties.seeds()) {
				handles.add(this.kiwi.sendTask("cluster-search", new SearchRequest(atoms, seed), SearchResult.class));
			}
		}
		System.out.printf("%d searches sent; steer one by RPC process.<id>%n", handles.size());
		SweepReport report = new SweepReport(PublishedMinima.load(), results(handles));
		System.out.println(report.table());
		this.exitCode = IntStream
			.rangeClosed(this.properties.from(), Math.min(this.properties.to(), SweepReport.DEMANDED))
			.allMatch(report::matches) ? 0 : 1;
	}

	private List<SearchResult> results(List<TaskHandle<SearchResult>> handles) throws Exception {
		long deadline = System.nanoTime() + this.properties.timeout().toNanos();
		List<SearchResult> results = new ArrayList<>();
		for (TaskHandle<SearchResult> handle : handles) {
			try {
				results.add(handle.result().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
			}
			catch (ExecutionException ex) {
				System.out.println("No result: " + Objects.requireNonNull(ex.getCause()).getMessage());
			}
			catch (CancellationException ex) {
				System.out.println("No result: the search " + handle.id() + " was killed");
			}
			catch (TimeoutException ex) {
				throw new IllegalStateException("No result of task " + handle.id() + " within sweep.timeout="
						+ this.properties.timeout() + "; is a worker running? Start one with the profile 'worker'", ex);
			}
		}
		return results;
	}

	@Override
	public int getExitCode() {
		return this.exitCode;
	}

}
