package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import dev.kiwi.DeadLetter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Transport;

import static org.awaitility.Awaitility.await;

/**
 * What the rooms of the contract may use: processes on one server, which nobody else uses
 * during the test.
 */
interface Environment {

	/** How long anything may take that is expected to happen. */
	Duration PATIENCE = Duration.ofSeconds(30);

	/**
	 * Another process.
	 * @param settings changes the defaults
	 * @return its communicator, closed after the test
	 */
	KiwiCommunicator process(UnaryOperator<EngineSettings> settings);

	/**
	 * Ends a process as kill -9 does: what it holds is settled by nobody.
	 * @param process its communicator
	 */
	void kill(KiwiCommunicator process);

	/**
	 * A transport without an engine, for what no engine would send.
	 * @param replies collects the replies that come to it
	 * @return the transport, started as instance {@value #RAW}, closed after the test
	 */
	Transport raw(List<Reply> replies);

	/** The address of {@link #raw}. */
	String RAW = "raw-instance";

	default KiwiCommunicator process() {
		return process(UnaryOperator.identity());
	}

	default KiwiCommunicator process(int concurrency, int prefetch) {
		return process((settings) -> settings
			.withTasks(QueueSettings.defaults().withConcurrency(concurrency).withPrefetch(prefetch)));
	}

	/** Waits until exactly one task is kept aside. */
	default DeadLetter letter(KiwiCommunicator process) {
		return await().atMost(PATIENCE)
			.until(() -> process.deadLetters().list(), (letters) -> letters.size() == 1)
			.get(0);
	}

	/** Waits until a subscription is there. */
	default Subscription ready(Subscription subscription) {
		get(subscription.ready());
		return subscription;
	}

	/** Waits for what is expected to come. */
	default <T> T get(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw new AssertionError("Failed instead of completing: " + ex.getCause(), ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new AssertionError("Not complete after " + PATIENCE, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted", ex);
		}
	}

	/** Waits for a failure that is expected to come. */
	default Throwable failure(CompletionStage<?> stage) {
		try {
			Object value = stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			throw new AssertionError("Completed with " + value + " instead of failing");
		}
		catch (ExecutionException ex) {
			return Objects.requireNonNull(ex.getCause());
		}
		catch (CancellationException ex) {
			return ex;
		}
		catch (TimeoutException ex) {
			throw new AssertionError("Not complete after " + PATIENCE, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted", ex);
		}
	}

}
