package dev.kiwi.boot.listener;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.kiwi.ConnectionListener;
import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.KiwiException;
import dev.kiwi.Registration;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.TypeRef;
import dev.kiwi.annotation.KiwiRpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * In a context without Spring Boot, as this package knows nothing of it.
 */
@ExtendWith(OutputCaptureExtension.class)
class KiwiListenerLifecycleTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final Subscription subscription = mock(Subscription.class);

	private final KiwiCommunicator kiwi = mock(KiwiCommunicator.class);

	KiwiListenerLifecycleTests() {
		given(this.kiwi.addConnectionListener(any())).willReturn(() -> {
		});
		given(this.subscription.identifier()).willReturn("scheduler");
		given(this.subscription.ready()).willReturn(this.ready);
		given(this.subscription.ended()).willReturn(this.ended);
		given(this.kiwi.addRpcSubscriber(any(RpcEndpoint.class), this.<TypeRef<Object>>anything(), any()))
			.willReturn(this.subscription);
	}

	@Test
	void subscribesWhenTheContextStartsAndAgainAfterItWasPaused() {
		this.ready.complete(null);
		this.ended.complete(null);
		try (AnnotationConfigApplicationContext context = context(LONG)) {
			verifySubscribed(1);
			context.stop();
			verify(this.subscription).close();
			context.start();
			verifySubscribed(2);
		}
		verify(this.subscription, times(2)).close();
	}

	@Test
	void aSubscriberIsReadyOnlyWhileItIsServed() {
		this.ready.complete(null);
		this.ended.complete(null);
		given(this.subscription.isServed()).willReturn(true, false);
		try (AnnotationConfigApplicationContext context = context(LONG)) {
			KiwiListenerLifecycle lifecycle = context.getBean(KiwiListenerLifecycle.class);
			assertThat(lifecycle.subscribers()).singleElement().matches(SubscriberStatus::isReady);
			assertThat(lifecycle.subscribers()).singleElement().matches((subscriber) -> !subscriber.isReady());
		}
	}

	@Test
	void stoppingIsOverWhenEveryHandlerIsDone() {
		this.ready.complete(null);
		try (AnnotationConfigApplicationContext context = context(LONG)) {
			AtomicBoolean stopped = new AtomicBoolean();
			KiwiListenerLifecycle lifecycle = context.getBean(KiwiListenerLifecycle.class);
			lifecycle.stop(() -> stopped.set(true));
			assertThat(lifecycle.isRunning()).isFalse();
			assertThat(stopped).isFalse();
			this.ended.complete(null);
			assertThat(stopped).isTrue();
		}
	}

	@Test
	void stoppingWaitsNoLongerThanTheShutdownTimeout(CapturedOutput output) {
		this.ready.complete(null);
		try (AnnotationConfigApplicationContext context = context(Duration.ofMillis(50))) {
			context.getBean(KiwiListenerLifecycle.class).stop();
		}
		assertThat(output).contains("After PT0.05S handlers still run for [scheduler]");
	}

	@Test
	void stopsBeforeAnythingElse() {
		assertThat(
				new KiwiListenerLifecycle(new KiwiListenerBeanPostProcessor(() -> "default", () -> WorkerAdvice.NONE),
						this.kiwi, LONG)
					.getPhase())
			.isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	void whatTheServerRefusesForGoodFailsTheStart() {
		KiwiException refused = new KiwiException("other arguments");
		this.ready.completeExceptionally(refused);
		assertThatExceptionOfType(ApplicationContextException.class).isThrownBy(() -> context(LONG)).withCause(refused);
		verify(this.subscription).close();
	}

	@Test
	void aMockThatGivesNoSubscriptionFailsTheStartAndSaysWhatToSet() {
		given(this.kiwi.addRpcSubscriber(any(RpcEndpoint.class), this.<TypeRef<Object>>anything(), any()))
			.willReturn(null);
		assertThatExceptionOfType(ApplicationContextException.class).isThrownBy(() -> context(LONG))
			.havingCause()
			.withMessageContaining("Scheduler.answer()")
			.withMessageContaining("kiwi.listeners.enabled=false");
	}

	@Test
	void anIdentifierHeldElsewhereIsAnErrorThatTheApplicationSurvives(CapturedOutput output) {
		this.ready.completeExceptionally(new DuplicateSubscriberIdentifierException("held by another"));
		this.ended.complete(null);
		try (AnnotationConfigApplicationContext context = context(LONG)) {
			assertThat(context.isActive()).isTrue();
			assertThat(output).contains("ERROR", "Scheduler.answer() is not subscribed to 'scheduler'",
					"held by another");
		}
	}

	@Test
	void aServerThatIsAwayDoesNotFailTheStartAndItsLateRefusalIsSeen(CapturedOutput output) {
		this.ended.complete(null);
		try (AnnotationConfigApplicationContext context = context(LONG)) {
			assertThat(context.isActive()).isTrue();
			assertThat(output).contains("the server is away or slow", "[scheduler]");
			this.ready.completeExceptionally(new KiwiException("too late"));
			await().untilAsserted(() -> assertThat(output).contains("ERROR", "too late"));
		}
	}

	@Test
	void theStartDoesNotWaitForAServerThatIsKnownToBeAway() {
		this.ended.complete(null);
		given(this.kiwi.addConnectionListener(any())).willAnswer((call) -> {
			call.<ConnectionListener>getArgument(0).connectionLost(new IllegalStateException("refused"));
			return (Registration) () -> {
			};
		});
		assertTimeout(Duration.ofSeconds(4), () -> context(LONG).close());
	}

	private AnnotationConfigApplicationContext context(Duration shutdownTimeout) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		KiwiListenerBeanPostProcessor listeners = new KiwiListenerBeanPostProcessor(() -> "default",
				() -> WorkerAdvice.NONE);
		context.registerBean(Scheduler.class);
		context.registerBean(KiwiListenerBeanPostProcessor.class, () -> listeners);
		context.registerBean(KiwiListenerLifecycle.class,
				() -> new KiwiListenerLifecycle(listeners, this.kiwi, shutdownTimeout));
		context.refresh();
		return context;
	}

	private void verifySubscribed(int times) {
		verify(this.kiwi, times(times)).addRpcSubscriber(any(RpcEndpoint.class), this.<TypeRef<Object>>anything(),
				any());
	}

	private <T> T anything() {
		return any();
	}

	static class Scheduler {

		@KiwiRpc("scheduler")
		String answer() {
			return "ok";
		}

	}

}
