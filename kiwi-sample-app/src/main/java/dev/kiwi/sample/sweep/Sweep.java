package dev.kiwi.sample.sweep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import dev.kiwi.BroadcastContext;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.sample.cluster.PublishedMinima;
import dev.kiwi.sample.search.ProcessState;
import dev.kiwi.sample.search.ProcessStatus;
import dev.kiwi.sample.search.SearchRequest;
import dev.kiwi.sample.search.SearchResult;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Sends the searches, follows them live and prints what they found. A search that was to
 * fail is relaunched.
 */
@Component
@Profile("!worker")
class Sweep implements ApplicationRunner, ExitCodeGenerator {

	private final KiwiCommunicator kiwi;

	private final SweepProperties properties;

	private final Relaunches relaunches;

	private volatile int exitCode = 1;

	Sweep(KiwiCommunicator kiwi, SweepProperties properties, Relaunches relaunches) {
		this.kiwi = kiwi;
		this.properties = properties;
		this.relaunches = relaunches;
	}

	@KiwiBroadcast(filter = "state_changed.*")
	void stateChanged(ProcessStatus status, BroadcastContext broadcast) {
		System.out.printf("%-32s  %2d atoms  %4d of %4d  %12.6f  %s%n", broadcast.subject(), status.atoms(),
				status.step(), status.steps(), status.energy(), status.id());
	}

	@Override
	public void run(ApplicationArguments arguments) throws Exception {
		List<Search> searches = new ArrayList<>();
		for (int atoms = this.properties.from(); atoms <= this.properties.to(); atoms++) {
			for (long seed : this.properties.seeds()) {
				searches.add(send(new SearchRequest(atoms, seed, this.properties.failures().getOrDefault(atoms, 0))));
			}
		}
		System.out.printf("%d searches sent; steer one by RPC process.<id>%n", searches.size());
		cancelLater(searches);
		SweepReport report = new SweepReport(PublishedMinima.load(), results(searches));
		System.out.println(report.table());
		this.exitCode = IntStream
			.rangeClosed(this.properties.from(), Math.min(this.properties.to(), SweepReport.DEMANDED))
			.allMatch(report::matches) ? 0 : 1;
	}

	private Search send(SearchRequest request) {
		TaskHandle<SearchResult> handle = this.kiwi.sendTask("cluster-search", request, SearchResult.class);
		handle.onUpdate(new SearchLog(request, System.out::println));
		return new Search(request, handle);
	}

	private void cancelLater(List<Search> searches) {
		Duration after = this.properties.cancelAfter();
		if (after != null) {
			CompletableFuture.runAsync(() -> searches.forEach((search) -> search.handle().cancel()),
					CompletableFuture.delayedExecutor(after.toNanos(), TimeUnit.NANOSECONDS));
		}
	}

	private List<SearchResult> results(List<Search> searches) throws Exception {
		long deadline = System.nanoTime() + this.properties.timeout().toNanos();
		List<SearchResult> results = new ArrayList<>();
		for (Search search : searches) {
			try {
				results.add(result(search, deadline));
			}
			catch (ExecutionException ex) {
				System.out.println("No result: " + Objects.requireNonNull(ex.getCause()).getMessage());
			}
			catch (CancellationException ex) {
				System.out.println("No result: the search " + search.handle().id() + " was cancelled or killed");
			}
			catch (TimeoutException ex) {
				throw new IllegalStateException("No result of task " + search.handle().id() + " within sweep.timeout="
						+ this.properties.timeout() + "; is a worker running? Start one with the profile 'worker'", ex);
			}
		}
		return results;
	}

	private SearchResult result(Search search, long deadline) throws Exception {
		try {
			return search.handle().result().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			if (search.request().failures() == 0) {
				throw ex;
			}
			ProcessStatus end = this.relaunches.relaunch(search.handle().id(), deadline);
			if (end.state() == ProcessState.KILLED) {
				throw new CancellationException();
			}
			return new SearchResult(end.atoms(), search.request().seed(), end.energy(), end.step());
		}
	}

	@Override
	public int getExitCode() {
		return this.exitCode;
	}

	/**
	 * A search that was sent.
	 */
	private record Search(SearchRequest request, TaskHandle<SearchResult> handle) {
	}

}
