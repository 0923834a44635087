package dev.kiwi.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.ConnectionListener;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RemoteException;
import dev.kiwi.TaskHandle;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.MessageTransport.BroadcastListener;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is the user's may fail in any way, also by errors: nothing of kiwi's ends with it,
 * and nobody waits for ever.
 */
@Timeout(60)
class UsersCodeTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final List<KiwiCommunicator> open = new ArrayList<>();

	@AfterEach
	void close() {
		this.open.forEach(KiwiCommunicator::close);
	}

	@Test
	void anExceptionThatCannotTellOfItself() {
		KiwiCommunicator kiwi = communicator(UnaryOperator.identity());
		kiwi.addTaskSubscriber("q", String.class, (text, task) -> {
			throw new Endless();
		});
		assertThat(kiwi.sendTask("q", "x", String.class).result()).failsWithin(PATIENCE)
			.withThrowableThat()
			.havingCause()
			.isInstanceOfSatisfying(RemoteException.class,
					(ex) -> assertThat(ex.remoteType()).isEqualTo(StackOverflowError.class.getName()));
		assertThat(kiwi.deadLetters().list()).hasSize(1);
	}

	@Test
	void aBroadcastIsHeardWhateverAnExceptionTells() {
		CompletableFuture<BroadcastListener> listening = new CompletableFuture<>();
		KiwiCommunicator kiwi = build(KiwiCommunicatorBuilder
			.with(new ForwardingTransport(new InProcessTransport()).answering("listen", (arguments) -> {
				listening.complete((BroadcastListener) arguments[1]);
				return CompletableFuture.completedStage(null);
			})));
		kiwi.addBroadcastSubscriber(BroadcastFilter.any(), Object.class, (body, broadcast) -> {
			throw new Endless();
		});
		Envelope envelope = new Envelope("1", null, "application/json", Map.of(), new byte[] { '1' });
		assertThat(listening.join().heard(new BroadcastEnvelope("a", null, null, envelope))).succeedsWithin(PATIENCE);
	}

	@Test
	void linesThatAreTooLongTogetherAreNotToldAndHoldUpNoTask() {
		KiwiCommunicator kiwi = communicator((settings) -> settings.withMaxPayloadBytes(1_000));
		kiwi.addTaskSubscriber("q", String.class, (text, task) -> {
			task.log("x".repeat(2_000));
			return text;
		});
		assertThat(kiwi.sendTask("q", "x", String.class).result()).succeedsWithin(PATIENCE).isEqualTo("x");
	}

	@Test
	void aPartialResultThatCannotBeLookedAt() {
		KiwiCommunicator kiwi = communicator(UnaryOperator.identity());
		kiwi.addTaskSubscriber("q", String.class, (text, task) -> {
			task.partialResult(new Unreadable());
			return text;
		});
		assertThat(kiwi.sendTask("q", "x", String.class).result()).succeedsWithin(PATIENCE).isEqualTo("x");
	}

	@Test
	void aListenerToUpdatesThatFails() {
		KiwiCommunicator kiwi = communicator(UnaryOperator.identity());
		CountDownLatch listening = new CountDownLatch(1);
		kiwi.addTaskSubscriber("q", String.class, (text, task) -> {
			listening.await();
			task.progress(0.5);
			return text;
		});
		TaskHandle<String> handle = kiwi.sendTask("q", "x", String.class);
		handle.onUpdate((update) -> {
			throw new AssertionError("no updates here");
		});
		listening.countDown();
		assertThat(handle.result()).succeedsWithin(PATIENCE).isEqualTo("x");
	}

	@Test
	void aConnectionListenerThatFailsKeepsNothingFromTheNext() {
		KiwiCommunicator kiwi = communicator(UnaryOperator.identity());
		CompletableFuture<Void> heard = new CompletableFuture<>();
		kiwi.addConnectionListener(new ConnectionListener() {

			@Override
			public void closed() {
				throw new AssertionError("not to be closed");
			}

		});
		kiwi.addConnectionListener(new ConnectionListener() {

			@Override
			public void closed() {
				heard.complete(null);
			}

		});
		kiwi.close();
		assertThat(heard).succeedsWithin(PATIENCE);
	}

	@Test
	void anObserverThatFails() {
		KiwiCommunicator kiwi = build(
				KiwiCommunicatorBuilder.with(new InProcessTransport()).observer(new EngineObserver() {

					@Override
					public Handling handling(MessageKind kind, String destination, Envelope envelope) {
						throw new NoSuchMethodError("of another version");
					}

				}));
		kiwi.addTaskSubscriber("q", String.class, (text, task) -> text);
		assertThat(kiwi.sendTask("q", "x", String.class).result()).succeedsWithin(PATIENCE).isEqualTo("x");
	}

	@Test
	void aStageThatFailsToBeCancelledHoldsUpNeitherWhoCancelsNorWhoCloses() {
		KiwiCommunicator kiwi = communicator((settings) -> settings.withShutdownTimeout(Duration.ZERO));
		kiwi.addTaskSubscriber("q", String.class, (text, task) -> new CompletableFuture<String>() {

			@Override
			public boolean cancel(boolean mayInterruptIfRunning) {
				complete(text);
				throw new IllegalStateException("not to be cancelled");
			}

		});
		TaskHandle<String> cancelled = kiwi.sendTask("q", "x", String.class);
		await().until(cancelled::isPending);
		assertThat(cancelled.cancel()).succeedsWithin(PATIENCE);
		TaskHandle<String> stopped = kiwi.sendTask("q", "x", String.class);
		await().until(stopped::isPending);
		kiwi.close();
		assertThat(kiwi.transportInfo().connected()).isFalse();
		assertThat(stopped.result()).succeedsWithin(PATIENCE).isEqualTo("x");
	}

	private KiwiCommunicator communicator(UnaryOperator<EngineSettings> settings) {
		return build(KiwiCommunicatorBuilder.with(new InProcessTransport())
			.settings(
					settings.apply(EngineSettings.defaults().withTasks(QueueSettings.defaults().withConcurrency(2)))));
	}

	private KiwiCommunicator build(KiwiCommunicatorBuilder builder) {
		KiwiCommunicator kiwi = builder.build();
		this.open.add(kiwi);
		return kiwi;
	}

	/**
	 * Has no end of a message.
	 */
	private static final class Endless extends RuntimeException {

		@Override
		public String getMessage() {
			return "about " + getMessage();
		}

	}

	/**
	 * Fails when it is written.
	 */
	public static final class Unreadable {

		public String getText() {
			throw new AssertionError("not to be read");
		}

	}

}
