package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.ConnectionListener;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The end of a communicator.
 */
interface ClosingContract extends Environment {

	@Test
	default void afterClosingNothingIsTakenAnyMore() {
		KiwiCommunicator kiwi = process();
		assertThat(kiwi.isClosed()).isFalse();
		kiwi.close();
		kiwi.close();
		assertThat(kiwi.isClosed()).isTrue();
		ThrowingCallable[] operations = { () -> kiwi.sendTask("a", "x"), () -> kiwi.sendTask("a", "x", String.class),
				() -> kiwi.taskQueue("a"), () -> kiwi.callRpc("a", "x", String.class),
				() -> kiwi.sendBroadcast("a", "x"),
				() -> kiwi.addTaskSubscriber("a", String.class, (text, task) -> text),
				() -> kiwi.addRpcSubscriber("a", String.class, (text, call) -> text),
				() -> kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (text, broadcast) -> {
				}) };
		for (ThrowingCallable operation : operations) {
			assertThatExceptionOfType(CommunicatorClosedException.class).isThrownBy(operation);
		}
	}

	@Test
	default void whoWaitsIsTold() {
		KiwiCommunicator kiwi = process();
		KiwiCommunicator callee = process((settings) -> settings.withShutdownTimeout(Duration.ofMillis(100)));
		ready(callee.addRpcSubscriber("never", String.class, (text, call) -> {
			new Semaphore(0).acquire();
			return null;
		}));
		TaskHandle<String> task = kiwi.sendTask("nobody", "x", String.class);
		CompletableFuture<String> call = kiwi.callRpc("never", "x", String.class);
		get(task.accepted());
		kiwi.close();
		assertThat(failure(task.result())).isInstanceOf(CommunicatorClosedException.class);
		assertThat(failure(call)).isInstanceOf(CommunicatorClosedException.class);
	}

	@Test
	default void listenersHearOfTheEndOnce() {
		KiwiCommunicator kiwi = process();
		AtomicInteger closed = new AtomicInteger();
		kiwi.addConnectionListener(new ConnectionListener() {

			@Override
			public void closed() {
				throw new IllegalStateException("a listener that fails");
			}

		});
		kiwi.addConnectionListener(new ConnectionListener() {

			@Override
			public void closed() {
				closed.incrementAndGet();
			}

		});
		kiwi.addConnectionListener(new ConnectionListener() {

			@Override
			public void closed() {
				closed.addAndGet(100);
			}

		}).close();
		kiwi.close();
		kiwi.close();
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(closed).hasValue(1));
	}

	@Test
	default void closingWaitsForHandlersThatRunAndLetsThemSend() {
		KiwiCommunicator worker = process();
		KiwiCommunicator sender = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		Semaphore release = new Semaphore(0);
		CompletableFuture<String> heard = new CompletableFuture<>();
		ready(sender.addBroadcastSubscriber(BroadcastFilter.subject("late"), String.class,
				(text, broadcast) -> heard.complete(text)));
		worker.addTaskSubscriber("slow", String.class, (text, task) -> {
			begun.complete(null);
			release.acquire();
			worker.sendBroadcast("late", "still here").get();
			return "finished";
		});
		TaskHandle<String> handle = sender.sendTask("slow", "x", String.class);
		get(begun);
		CompletableFuture<Void> closing = CompletableFuture.runAsync(worker::close);
		await().atMost(PATIENCE).until(worker::isClosed);
		release.release();
		get(closing);
		assertThat(get(handle.result())).isEqualTo("finished");
		assertThat(get(heard)).isEqualTo("still here");
	}

	@Test
	default void closingDoesNotWaitForEverAndTheTaskGoesToAnother() {
		KiwiCommunicator stuck = process((settings) -> settings.withShutdownTimeout(Duration.ofMillis(200)));
		KiwiCommunicator sender = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		stuck.addTaskSubscriber("stuck", String.class, (text, task) -> {
			begun.complete(null);
			new Semaphore(0).acquire();
			return null;
		});
		TaskHandle<String> handle = sender.sendTask("stuck", "x", String.class);
		get(begun);
		get(CompletableFuture.runAsync(stuck::close));
		process().addTaskSubscriber("stuck", String.class, (text, task) -> "another");
		assertThat(get(handle.result())).isEqualTo("another");
	}

	@Test
	default void theTransportSaysWhatItIs() {
		KiwiCommunicator kiwi = process();
		get(kiwi.sendBroadcast("a", "x"));
		assertThat(kiwi.transportInfo().name()).isNotBlank();
		assertThat(kiwi.transportInfo().connected()).isTrue();
		kiwi.close();
		assertThat(kiwi.transportInfo().connected()).isFalse();
	}

}
