package dev.kiwi.boot.metrics;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.Task;
import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What becomes an observation, and how it is called.
 */
class KiwiObservationsTests {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class, KiwiObservationAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=in-process")
		.withBean(ObservationRegistry.class, () -> this.registry);

	@Test
	void aTaskIsObservedWhereItIsSentAndWhereItIsHandled() {
		this.runner.run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			kiwi.addTaskSubscriber("work", String.class, (payload, task) -> payload);
			SentTask sent = kiwi.sendTask(Task.of("work", "x"));
			assertEventually(() -> assertThat(this.registry).hasObservationWithNameEqualTo("kiwi.task.send")
				.that()
				.hasBeenStopped()
				.hasContextualNameEqualTo("work send")
				.hasOnlyKeys("queue", "kiwi.id")
				.hasLowCardinalityKeyValue("queue", "work")
				.hasHighCardinalityKeyValue("kiwi.id", sent.id())
				.doesNotHaveError());
			assertEventually(() -> assertThat(this.registry).hasObservationWithNameEqualTo("kiwi.task")
				.that()
				.hasBeenStopped()
				.hasContextualNameEqualTo("work process")
				.hasOnlyKeys("queue", "outcome", "kiwi.id", "kiwi.attempt")
				.hasLowCardinalityKeyValue("queue", "work")
				.hasLowCardinalityKeyValue("outcome", "succeeded")
				.hasHighCardinalityKeyValue("kiwi.id", sent.id())
				.hasHighCardinalityKeyValue("kiwi.attempt", "1"));
		});
	}

	@Test
	void eachAttemptIsAnObservationOfItsOwn() {
		this.runner.withPropertyValues("kiwi.tasks.retry.max-attempts=2", "kiwi.tasks.retry.delay=1ms")
			.run((context) -> {
				KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
				kiwi.addTaskSubscriber("work", String.class, (payload, task) -> {
					throw new IllegalStateException("as always");
				});
				kiwi.sendTask(Task.of("work", "x"));
				assertEventually(() -> assertThat(this.registry)
					.hasAnObservation((observation) -> observation.hasNameEqualTo("kiwi.task")
						.hasLowCardinalityKeyValue("outcome", "retried")
						.hasHighCardinalityKeyValue("kiwi.attempt", "1")
						.hasError())
					.hasAnObservation((observation) -> observation.hasNameEqualTo("kiwi.task")
						.hasLowCardinalityKeyValue("outcome", "buried")
						.hasHighCardinalityKeyValue("kiwi.attempt", "2")
						.hasError()));
			});
	}

	@Test
	void aCallIsObservedUntilItsAnswer() {
		this.runner.run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			CompletableFuture<String> answer = new CompletableFuture<>();
			kiwi.addRpcSubscriber("who", String.class, (message, call) -> answer);
			CompletableFuture<String> result = kiwi.callRpc("who", "x", String.class);
			assertEventually(() -> assertThat(this.registry).hasObservationWithNameEqualTo("kiwi.rpc"));
			assertThat(this.registry).hasObservationWithNameEqualTo("kiwi.rpc.call").that().isNotStopped();
			answer.complete("me");
			assertThat(result.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("me");
			assertEventually(() -> assertThat(this.registry).hasObservationWithNameEqualTo("kiwi.rpc.call")
				.that()
				.hasBeenStopped()
				.hasOnlyKeys("kiwi.id", "kiwi.identifier")
				.hasHighCardinalityKeyValue("kiwi.identifier", "who"));
			assertThat(this.registry).hasObservationWithNameEqualTo("kiwi.rpc")
				.that()
				.hasBeenStopped()
				.hasOnlyKeys("outcome", "kiwi.id", "kiwi.identifier")
				.hasLowCardinalityKeyValue("outcome", "succeeded");
		});
	}

	@Test
	void aBroadcastIsObservedByEachWhoHearsIt() {
		this.runner.run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (body, broadcast) -> {
			});
			kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (body, broadcast) -> {
				throw new IllegalStateException("deaf");
			});
			kiwi.sendBroadcast(Broadcast.of("news", "x"));
			assertEventually(() -> assertThat(this.registry)
				.hasAnObservation((observation) -> observation.hasNameEqualTo("kiwi.broadcast.send")
					.hasHighCardinalityKeyValue("kiwi.subject", "news"))
				.hasAnObservation((observation) -> observation.hasNameEqualTo("kiwi.broadcast")
					.hasLowCardinalityKeyValue("outcome", "succeeded"))
				.hasAnObservation((observation) -> observation.hasNameEqualTo("kiwi.broadcast")
					.hasLowCardinalityKeyValue("outcome", "failed")
					.hasError()));
		});
	}

	@Test
	void whatAHandlerSendsBelongsToItsTask() {
		this.runner.run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			kiwi.addTaskSubscriber("first", String.class,
					(payload, task) -> kiwi.sendTask(Task.of("second", payload)).id());
			kiwi.sendTask(Task.of("first", "x"));
			assertEventually(() -> assertThat(this.registry)
				.hasAnObservation((observation) -> observation.hasContextualNameEqualTo("second send")
					.hasParentObservationContextMatching((parent) -> parent instanceof KiwiReceiverContext task
							&& task.getDestination().equals("first"))));
		});
	}

	@Test
	void conventionsOfTheUserReplaceTheDefaults() {
		this.runner.withBean(KiwiReceiverObservationConvention.class, TenantConvention::new).run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			kiwi.addTaskSubscriber("work", String.class, (payload, task) -> payload);
			kiwi.sendTask(Task.of("work", "x").withHeader("tenant", "acme"));
			assertEventually(() -> assertThat(this.registry).hasObservationWithNameEqualTo("kiwi.task")
				.that()
				.hasLowCardinalityKeyValue("tenant", "acme")
				.hasLowCardinalityKeyValue("outcome", "succeeded"));
		});
	}

	@Test
	void whatTheUserTurnsOffIsNotObserved() {
		this.registry.observationConfig().observationPredicate((name, context) -> !name.equals("kiwi.task.send"));
		this.runner.run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			kiwi.addTaskSubscriber("work", String.class, (payload, task) -> payload);
			kiwi.sendTask(Task.of("work", "x"));
			assertEventually(() -> assertThat(this.registry).hasObservationWithNameEqualTo("kiwi.task"));
			assertThat(this.registry).doesNotHaveAnyRemainingCurrentObservation()
				.hasNumberOfObservationsWithNameEqualTo("kiwi.task.send", 0);
		});
	}

	@Test
	void aRegistryThatNobodyListensToChangesNothing() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(KiwiAutoConfiguration.class, KiwiObservationAutoConfiguration.class))
			.withPropertyValues("kiwi.transport=in-process")
			.withBean(ObservationRegistry.class, ObservationRegistry::create)
			.run((context) -> assertThat(headersOfATask(context.getBean(KiwiCommunicator.class))).isEmpty());
	}

	@Test
	void withoutARegistryOrMicrometerThereIsNothing() {
		ApplicationContextRunner bare = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(KiwiAutoConfiguration.class, KiwiObservationAutoConfiguration.class))
			.withPropertyValues("kiwi.transport=in-process");
		bare.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean("kiwiObservations")
			.hasSingleBean(KiwiCommunicator.class));
		bare.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(KiwiObservationAutoConfiguration.class)
				.hasSingleBean(KiwiCommunicator.class));
	}

	private static Map<String, String> headersOfATask(KiwiCommunicator kiwi) {
		CompletableFuture<Map<String, String>> headers = new CompletableFuture<>();
		kiwi.addTaskSubscriber("work", String.class, (payload, task) -> headers.complete(task.headers()));
		kiwi.sendTask(Task.of("work", "x"));
		return headers.orTimeout(10, TimeUnit.SECONDS).join();
	}

	private static void assertEventually(Runnable assertion) {
		await().atMost(Duration.ofSeconds(10)).untilAsserted(assertion::run);
	}

	/** Tags what is handled by a header of the application's. */
	static class TenantConvention extends DefaultKiwiReceiverObservationConvention {

		@Override
		public KeyValues getLowCardinalityKeyValues(KiwiReceiverContext context) {
			return super.getLowCardinalityKeyValues(context).and("tenant", context.getCarrier().get("tenant"));
		}

	}

}
