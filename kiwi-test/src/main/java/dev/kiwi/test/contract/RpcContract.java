package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RemoteException;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.RpcTimeoutException;
import dev.kiwi.Subscription;
import dev.kiwi.UnroutableException;
import dev.kiwi.engine.EngineSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * RPC: from one caller to one callee, by name.
 */
interface RpcContract extends Environment {

	@Test
	default void anAnswerComesBackWithItsType() {
		ready(process().addRpcSubscriber("swap", Point.class, (point, call) -> point.swapped()));
		assertThat(get(process().callRpc("swap", new Point(1, 2), Point.class))).isEqualTo(new Point(2, 1));
	}

	@Test
	default void nullIsAMessageAndAnAnswer() {
		KiwiCommunicator kiwi = process();
		ready(kiwi.addRpcSubscriber("null", Point.class, (point, call) -> point));
		assertThat(get(kiwi.callRpc("null", null, Point.class))).isNull();
	}

	@Test
	default void aProcessServesSeveralIdentifiersAndKnowsWhichWasCalled() {
		KiwiCommunicator kiwi = process();
		for (String identifier : new String[] { "process.1", "process.2", "process.3" }) {
			ready(kiwi.addRpcSubscriber(identifier, String.class,
					(text, call) -> call.identifier() + " " + call.headers()));
		}
		KiwiCommunicator caller = process();
		assertThat(get(caller.callRpc(RpcCall.of("process.2", "x").withHeader("a", "b"), String.class)))
			.isEqualTo("process.2 {a=b}");
		assertThat(get(caller.callRpc("process.3", "x", String.class))).isEqualTo("process.3 {}");
	}

	@Test
	default void anExceptionReachesTheCaller() {
		KiwiCommunicator kiwi = process();
		ready(kiwi.addRpcSubscriber("fail", String.class, (text, call) -> {
			throw new IllegalArgumentException("cannot " + text);
		}));
		assertThat(failure(kiwi.callRpc("fail", "fly", String.class))).isInstanceOfSatisfying(RemoteException.class,
				(ex) -> {
					assertThat(ex).hasMessageContaining("cannot fly").hasMessageContaining("'fail'");
					assertThat(ex.remoteType()).isEqualTo(IllegalArgumentException.class.getName());
				});
	}

	@Test
	default void whatNobodyServesIsUnroutableAtOnce() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<String> call = kiwi.callRpc(RpcCall.of("nobody", "x").withTimeout(Duration.ofMinutes(10)),
				String.class);
		assertThat(failure(call)).isInstanceOf(UnroutableException.class).hasMessageContaining("nobody");
	}

	@Test
	default void aCallMayWaitForEver() {
		KiwiCommunicator kiwi = process();
		ready(kiwi.addRpcSubscriber("patient", String.class, (text, call) -> text));
		assertThat(get(
				kiwi.callRpc(RpcCall.of("patient", "x").withTimeout(Duration.ofSeconds(Long.MAX_VALUE)), String.class)))
			.isEqualTo("x");
	}

	@Test
	default void afterItsCalleeHasLeftAnIdentifierIsUnroutable() {
		KiwiCommunicator kiwi = process();
		Subscription served = ready(kiwi.addRpcSubscriber("brief", String.class, (text, call) -> text));
		assertThat(get(kiwi.callRpc("brief", "x", String.class))).isEqualTo("x");
		served.close();
		get(served.ended());
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(
					failure(kiwi.callRpc(RpcCall.of("brief", "x").withTimeout(Duration.ofSeconds(2)), String.class)))
				.isInstanceOf(UnroutableException.class));
		ready(kiwi.addRpcSubscriber("brief", String.class, (text, call) -> "back"));
		assertThat(get(kiwi.callRpc("brief", "x", String.class))).isEqualTo("back");
	}

	@Test
	default void eachCallOfASharedIdentifierGoesToOneInstance() {
		Set<String> answered = new HashSet<>();
		Set<String> handled = ConcurrentHashMap.newKeySet();
		for (String instance : new String[] { "a", "b" }) {
			ready(process().addRpcSubscriber("shared", Integer.class, (number, call) -> {
				assertThat(handled.add(call.id())).as("handled once").isTrue();
				return instance;
			}));
		}
		KiwiCommunicator caller = process();
		for (int number = 0; number < 50; number++) {
			answered.add(get(caller.callRpc("shared", number, String.class)));
		}
		assertThat(answered).containsExactlyInAnyOrder("a", "b");
		assertThat(handled).hasSize(50);
	}

	@Test
	default void aCommunicatorServesAnIdentifierOnce() {
		KiwiCommunicator kiwi = process();
		ready(kiwi.addRpcSubscriber("once", String.class, (text, call) -> text));
		assertThatExceptionOfType(DuplicateSubscriberIdentifierException.class)
			.isThrownBy(() -> kiwi.addRpcSubscriber("once", String.class, (text, call) -> text))
			.withMessageContaining("once");
	}

	@Test
	default void anExclusiveIdentifierIsRefusedElsewhereUntilItsHolderLeaves() {
		KiwiCommunicator holder = process();
		KiwiCommunicator other = process();
		RpcEndpoint endpoint = RpcEndpoint.of("only").exclusive();
		Subscription held = ready(holder.addRpcSubscriber(endpoint, String.class, (text, call) -> "holder"));
		assertThat(failure(other.addRpcSubscriber(endpoint, String.class, (text, call) -> "other").ready()))
			.isInstanceOf(DuplicateSubscriberIdentifierException.class)
			.hasMessageContaining("only");
		assertThat(failure(other.addRpcSubscriber("only", String.class, (text, call) -> "other").ready()))
			.isInstanceOf(DuplicateSubscriberIdentifierException.class);
		assertThat(get(other.callRpc("only", "x", String.class))).isEqualTo("holder");
		held.close();
		get(held.ended());
		await().atMost(PATIENCE)
			.ignoreExceptionsMatching(DuplicateSubscriberIdentifierException.class::isInstance)
			.until(() -> {
				Subscription taken = other.addRpcSubscriber(endpoint, String.class, (text, call) -> "other");
				return taken.ready().handle((nothing, failure) -> failure == null).toCompletableFuture().get();
			});
		assertThat(get(holder.callRpc("only", "x", String.class))).isEqualTo("other");
	}

	@Test
	default void aCallThatIsNotAnsweredInTimeFailsAndALateAnswerHarmsNobody() {
		KiwiCommunicator callee = process();
		KiwiCommunicator caller = process();
		Semaphore release = new Semaphore(0);
		ready(callee.addRpcSubscriber("slow", String.class, (text, call) -> {
			if (text.equals("wait")) {
				release.acquire();
			}
			return text;
		}));
		assertThat(
				failure(caller.callRpc(RpcCall.of("slow", "wait").withTimeout(Duration.ofMillis(300)), String.class)))
			.isInstanceOf(RpcTimeoutException.class)
			.hasMessageContaining("slow");
		release.release();
		assertThat(get(caller.callRpc("slow", "go", String.class))).isEqualTo("go");
	}

	@Test
	default void pendingStopsTheClock() {
		KiwiCommunicator callee = process();
		KiwiCommunicator caller = process();
		CompletableFuture<String> later = new CompletableFuture<>();
		ready(callee.addRpcSubscriber("later", String.class, (text, call) -> text.equals("x") ? later : text));
		CompletableFuture<String> call = caller.callRpc(RpcCall.of("later", "x").withTimeout(Duration.ofSeconds(2)),
				String.class);
		// calls of the same time-out that begin later and expire are the proof that it
		// has passed
		Semaphore release = new Semaphore(0);
		ready(callee.addRpcSubscriber("never", String.class, (text, never) -> {
			release.acquire();
			return null;
		}));
		assertThat(failure(caller.callRpc(RpcCall.of("never", "x").withTimeout(Duration.ofSeconds(3)), String.class)))
			.isInstanceOf(RpcTimeoutException.class);
		assertThat(call).isNotDone();
		later.complete("done");
		assertThat(get(call)).isEqualTo("done");
		release.release();
	}

	@Test
	default void aCancelledAnswerArrivesAsThat() {
		KiwiCommunicator kiwi = process();
		ready(kiwi.addRpcSubscriber("cancel", String.class, (text, call) -> {
			CompletableFuture<String> answer = new CompletableFuture<>();
			answer.cancel(false);
			return answer;
		}));
		CompletableFuture<String> call = kiwi.callRpc("cancel", "x", String.class);
		assertThat(failure(call)).isInstanceOf(CancellationException.class);
		assertThat(call).isCancelled();
	}

	@Test
	default void anInterruptThatAHandlerLeavesBehindHarmsNeitherItsAnswerNorTheNextCall() {
		KiwiCommunicator kiwi = process((settings) -> settings.withRpcConcurrency(1));
		ready(kiwi.addRpcSubscriber("interrupts", String.class, (text, call) -> {
			boolean before = Thread.currentThread().isInterrupted();
			Thread.currentThread().interrupt();
			return before;
		}));
		List<CompletableFuture<Boolean>> calls = new ArrayList<>();
		for (int number = 0; number < 10; number++) {
			calls.add(kiwi.callRpc("interrupts", "x", Boolean.class));
		}
		assertThat(calls).allSatisfy((call) -> assertThat(get(call)).isFalse());
	}

	@Test
	default void manyCallsAtOnceAreAllAnswered() {
		KiwiCommunicator callee = process();
		KiwiCommunicator caller = process();
		ready(callee.addRpcSubscriber("echo", Integer.class, (number, call) -> number));
		CompletableFuture<?>[] calls = new CompletableFuture<?>[500];
		for (int number = 0; number < calls.length; number++) {
			calls[number] = caller.callRpc("echo", number, Integer.class);
		}
		get(CompletableFuture.allOf(calls));
		for (int number = 0; number < calls.length; number++) {
			assertThat(calls[number].join()).isEqualTo(number);
		}
	}

	@Test
	default void aCallThatNobodyBeganInTimeIsNotBegun() {
		KiwiCommunicator callee = process((settings) -> new EngineSettings(settings.defaultQueue(), settings.tasks(),
				settings.queues(), settings.rpcTimeout(), 1, settings.broadcastConcurrency(),
				settings.maxPayloadBytes(), settings.shutdownTimeout(), settings.beacon(), settings.watchdog()));
		KiwiCommunicator caller = process();
		Semaphore release = new Semaphore(0);
		CompletableFuture<Void> begun = new CompletableFuture<>();
		Set<String> handled = ConcurrentHashMap.newKeySet();
		ready(callee.addRpcSubscriber("busy", String.class, (text, call) -> {
			handled.add(text);
			begun.complete(null);
			release.acquire();
			return text;
		}));
		CompletableFuture<String> first = caller.callRpc("busy", "first", String.class);
		get(begun);
		// the server's clock starts a little after the caller's: the second call is the
		// first one's margin
		for (String text : new String[] { "expired", "margin" }) {
			assertThat(
					failure(caller.callRpc(RpcCall.of("busy", text).withTimeout(Duration.ofMillis(300)), String.class)))
				.isInstanceOf(RpcTimeoutException.class)
				.hasMessageContaining("busy");
		}
		release.release(10);
		assertThat(get(first)).isEqualTo("first");
		assertThat(get(caller.callRpc("busy", "last", String.class))).isEqualTo("last");
		assertThat(handled).contains("first", "last").doesNotContain("expired");
	}

}
