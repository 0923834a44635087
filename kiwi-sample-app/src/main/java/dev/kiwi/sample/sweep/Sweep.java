package dev.kiwi.sample.sweep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import dev.kiwi.BroadcastContext;
import dev.kiwi.CommunicatorClosedException;
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
 * Sends the searches, follows them live and prints what they found. A sweep that was
 * stopped before its end goes on where it was. A search that was to fail is relaunched.
 */
@Component
@Profile("!worker")
class Sweep implements ApplicationRunner, ExitCodeGenerator {

	private final SweepProperties properties;

	private final Searches searches;

	private final Relaunches relaunches;

	private volatile int exitCode = 1;

	Sweep(SweepProperties properties, Searches searches, Relaunches relaunches) {
		this.properties = properties;
		this.searches = searches;
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
				searches.add(search(new SearchRequest(atoms, seed, this.properties.failures().getOrDefault(atoms, 0))));
			}
		}
		System.out.printf("%d searches, %d of them sent before; steer one by RPC process.<id>%n", searches.size(),
				searches.stream().filter(Search::sentBefore).count());
		cancelLater(searches);
		SweepReport report = new SweepReport(PublishedMinima.load(), results(searches));
		System.out.println(report.table());
		searches.forEach((search) -> this.searches.told(search.handle().id()));
		this.exitCode = IntStream
			.rangeClosed(this.properties.from(), Math.min(this.properties.to(), SweepReport.DEMANDED))
			.allMatch(report::matches) ? 0 : 1;
	}

	private Search search(SearchRequest request) {
		Optional<String> sent = this.searches.sentBefore(request);
		TaskHandle<SearchResult> handle = sent.map(this.searches::follow).orElseGet(() -> this.searches.send(request));
		handle.onUpdate(new SearchLog(request, System.out::println));
		return new Search(request, handle, sent.isPresent());
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
				if (ex.getCause() instanceof CommunicatorClosedException closed) {
					throw closed; // nothing is known of how it ended
				}
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
	 * A search that was sent, perhaps before the application was stopped.
	 */
	private record Search(SearchRequest request, TaskHandle<SearchResult> handle, boolean sentBefore) {
	}

}
