package dev.kiwi.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.NotSupportedByTransportException;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcTimeoutException;
import dev.kiwi.Subscription;
import dev.kiwi.Task;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Who waits, for how long, and what is left of it.
 */
@Timeout(60)
class WaitingTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/** More than there are callbacks at once. */
	private static final int MANY = 100;

	private static final Duration EVER = Duration.ofSeconds(Long.MAX_VALUE);

	private final List<KiwiCommunicator> open = new ArrayList<>();

	private final CountDownLatch end = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.end.countDown();
		this.open.forEach(KiwiCommunicator::close);
	}

	@Test
	void callbacksMayWaitForWhatIsAcceptedHoweverManyDo() {
		InProcessTransport transport = new InProcessTransport();
		List<CompletableFuture<Void>> confirms = new ArrayList<>();
		KiwiCommunicator kiwi = communicator(
				new ForwardingTransport(transport).answering("send", (arguments) -> confirm(confirms)));
		manyCallbacks(kiwi, () -> kiwi.sendTask("next", "x", String.class).accepted(), () -> {
			synchronized (confirms) {
				confirms.forEach((confirm) -> confirm.complete(null));
			}
		});
	}

	@Test
	void callbacksMayWaitForWhatFailsHoweverManyDo() {
		KiwiCommunicator kiwi = communicator(new InProcessTransport(),
				(settings) -> settings.withRpcTimeout(Duration.ofMillis(200)));
		kiwi.addRpcSubscriber("silent", String.class, (text, call) -> {
			this.end.await();
			return text;
		});
		manyCallbacks(kiwi, () -> kiwi.callRpc("silent", "x", String.class), () -> {
		});
	}

	@Test
	void aCallWhoseClockHasStoppedIsForgottenWhenItsCallerGivesUp() {
		KiwiCommunicator kiwi = communicator(new InProcessTransport());
		CompletableFuture<String> answer = new CompletableFuture<>();
		kiwi.addRpcSubscriber("later", String.class, (text, call) -> answer);
		CompletableFuture<String> call = kiwi.callRpc("later", "x", String.class);
		assertThat(call.orTimeout(100, TimeUnit.MILLISECONDS)).failsWithin(PATIENCE);
		await().until(() -> pending(kiwi).pendingCalls() == 0);
		answer.complete("too late");
	}

	@Test
	void nobodyWaitsForATaskThatWasRefused() {
		KiwiCommunicator kiwi = communicator(
				new ForwardingTransport(new InProcessTransport()).answering("capability",
						(arguments) -> Optional.empty()),
				(settings) -> settings.withTasks(
						QueueSettings.defaults().withConcurrency(1).withGuarantee(DeliveryGuarantee.AT_MOST_ONCE)));
		Task delayed = Task.of("q", "x").withDelay(Duration.ofSeconds(1));
		assertThatExceptionOfType(NotSupportedByTransportException.class)
			.isThrownBy(() -> kiwi.sendTask(delayed, String.class));
		assertThat(pending(kiwi).pendingTasks()).isZero();
	}

	@Test
	void whoGivesUpWaitingForASubscriptionDoesSoAlone() {
		CompletableFuture<Void> listening = new CompletableFuture<>();
		KiwiCommunicator kiwi = communicator(
				new ForwardingTransport(new InProcessTransport()).answering("listen", (arguments) -> listening));
		Subscription subscription = kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class,
				(body, broadcast) -> {
				});
		assertThat(subscription.ready().toCompletableFuture().orTimeout(10, TimeUnit.MILLISECONDS))
			.failsWithin(PATIENCE);
		listening.complete(null);
		assertThat(subscription.ready()).succeedsWithin(PATIENCE);
	}

	@Test
	void waitingMayBeForEver() {
		KiwiCommunicator kiwi = communicator(new InProcessTransport(),
				(settings) -> settings.withShutdownTimeout(EVER));
		kiwi.addRpcSubscriber("q", String.class, (text, call) -> text);
		assertThat(kiwi.callRpc(RpcCall.of("q", "x").withTimeout(EVER), String.class)).succeedsWithin(PATIENCE);
		kiwi.sendTask("q", "x");
		kiwi.taskQueue("q").next(EVER).orElseThrow().complete(null);
		kiwi.close();
		assertThat(kiwi.transportInfo().connected()).isFalse();
	}

	/** As many callbacks as there can be, and more, wait for something at once. */
	private void manyCallbacks(KiwiCommunicator kiwi, Supplier<CompletableFuture<?>> something, Runnable then) {
		CountDownLatch begin = new CountDownLatch(1);
		List<CompletableFuture<Void>> callbacks = new ArrayList<>();
		kiwi.addRpcSubscriber("gate", Integer.class, (number, call) -> {
			begin.await();
			return number;
		});
		for (int number = 0; number < MANY; number++) {
			callbacks.add(kiwi.callRpc(RpcCall.of("gate", number).withTimeout(PATIENCE), Integer.class)
				.thenAccept((answer) -> waitFor(something.get())));
		}
		begin.countDown();
		CompletableFuture<Void> all = CompletableFuture.allOf(callbacks.toArray(CompletableFuture[]::new));
		await().pollInterval(Duration.ofMillis(20)).until(() -> {
			then.run();
			return all.isDone();
		});
		assertThat(all).isCompleted();
	}

	private static void waitFor(CompletableFuture<?> something) {
		try {
			something.join();
		}
		catch (CompletionException ex) {
			assertThat(ex).hasCauseInstanceOf(RpcTimeoutException.class);
		}
	}

	private static CompletableFuture<Void> confirm(List<CompletableFuture<Void>> confirms) {
		CompletableFuture<Void> confirm = new CompletableFuture<>();
		synchronized (confirms) {
			confirms.add(confirm);
		}
		return confirm;
	}

	private static EngineSnapshot pending(KiwiCommunicator kiwi) {
		return ((EngineStatistics) kiwi).snapshot();
	}

	private KiwiCommunicator communicator(Transport transport) {
		return communicator(transport, UnaryOperator.identity());
	}

	private KiwiCommunicator communicator(Transport transport, UnaryOperator<EngineSettings> settings) {
		KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(transport)
			.settings(settings.apply(EngineSettings.defaults().withShutdownTimeout(Duration.ZERO)))
			.build();
		this.open.add(kiwi);
		return kiwi;
	}

}
