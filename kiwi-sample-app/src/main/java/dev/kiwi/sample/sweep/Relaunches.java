package dev.kiwi.sample.sweep;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.kiwi.DeadLetter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.sample.search.ProcessStatus;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Relaunches searches that ended as dead letters. The sender was told of the failure and
 * waits no more, so the broadcasts tell how the relaunched search ends.
 */
@Component
@Profile("!worker")
class Relaunches {

	private final Map<String, CompletableFuture<ProcessStatus>> ends = new ConcurrentHashMap<>();

	private final KiwiCommunicator kiwi;

	Relaunches(KiwiCommunicator kiwi) {
		this.kiwi = kiwi;
	}

	@KiwiBroadcast(filter = "state_changed.*")
	void stateChanged(ProcessStatus status) {
		CompletableFuture<ProcessStatus> end = this.ends.get(status.id());
		if (end != null && status.state().isFinal()) {
			end.complete(status);
		}
	}

	/**
	 * Relaunches a search and waits for its end.
	 * @param id the id of a task whose last attempt failed
	 * @param deadline until when, by {@link System#nanoTime()}
	 * @return how it ended
	 */
	ProcessStatus relaunch(String id, long deadline) throws InterruptedException, ExecutionException, TimeoutException {
		DeadLetter letter = letter(id, deadline);
		System.out.printf("Dead letter %s after %d attempts (%s): relaunched%n", id, letter.attempts(),
				letter.reason());
		CompletableFuture<ProcessStatus> end = this.ends.computeIfAbsent(id, (key) -> new CompletableFuture<>());
		try {
			this.kiwi.deadLetters().relaunch(id);
			return end.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
		finally {
			this.ends.remove(id);
		}
	}

	// the failure may be heard a moment before the letter is kept
	private DeadLetter letter(String id, long deadline) throws InterruptedException, TimeoutException {
		Optional<DeadLetter> letter = this.kiwi.deadLetters().find(id);
		while (letter.isEmpty()) {
			if (System.nanoTime() > deadline) {
				throw new TimeoutException("Task " + id + " is not among the dead letters");
			}
			TimeUnit.MILLISECONDS.sleep(100);
			letter = this.kiwi.deadLetters().find(id);
		}
		return letter.get();
	}

}
