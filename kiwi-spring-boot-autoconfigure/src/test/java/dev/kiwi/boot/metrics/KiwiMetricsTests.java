package dev.kiwi.boot.metrics;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Task;
import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Which meters there are, and what they show.
 */
class KiwiMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class, KiwiMetricsAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=in-process");

	private final ApplicationContextRunner runner = this.bare.withBean(MeterRegistry.class, () -> this.registry);

	@Test
	void showsWhatRunsAndWhoWaits() {
		this.runner.run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			CountDownLatch enough = new CountDownLatch(1);
			CompletableFuture<String> answer = new CompletableFuture<>();
			kiwi.addTaskSubscriber("work", String.class, (payload, task) -> enough.await(1, TimeUnit.HOURS));
			kiwi.addRpcSubscriber("slow", String.class, (message, call) -> answer);
			kiwi.sendTask("work", "x", Boolean.class);
			kiwi.callRpc("slow", "x", String.class);
			assertGauges(1, 1, 1);
			enough.countDown();
			answer.complete("done");
			assertGauges(0, 0, 0);
		});
	}

	@Test
	void showsWhatWaitsAsTheServerSaysAfterTheFirstLook() {
		this.runner.run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			kiwi.sendTask(Task.of("idle", "x").withDelay(Duration.ofHours(1))).accepted().toCompletableFuture().join();
			kiwi.sendTask("idle", "x").accepted().toCompletableFuture().join();
			assertThat(gauged("kiwi.tasks.ready")).as("nobody has looked before").isIn(Double.NaN, 1.0);
			await().untilAsserted(() -> assertThat(gauged("kiwi.tasks.ready")).isEqualTo(1));
			assertThat(gauged("kiwi.tasks.delayed")).isEqualTo(1);
			await().untilAsserted(() -> assertThat(gauged("kiwi.tasks.oldest")).isPositive());
		});
	}

	private double gauged(String name) {
		return this.registry.get(name).tag("queue", "idle").gauge().value();
	}

	@Test
	void countsRetriesAndDeadLetters() {
		this.runner.withPropertyValues("kiwi.tasks.retry.max-attempts=3", "kiwi.tasks.retry.delay=1ms")
			.run((context) -> {
				KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
				kiwi.addTaskSubscriber("work", String.class, (payload, task) -> {
					throw new IllegalStateException("as always");
				});
				kiwi.sendTask(Task.of("work", "x"));
				await().untilAsserted(() -> assertThat(counted("kiwi.tasks.dead.lettered")).isEqualTo(1));
				assertThat(counted("kiwi.tasks.retried")).isEqualTo(2);
				assertThat(counted("kiwi.tasks.redelivered")).isZero();
				assertThat(counted("kiwi.tasks.ownership.lost")).isZero();
			});
	}

	@Test
	void countsHandlersThatAreStuck() {
		this.runner.withPropertyValues("kiwi.watchdog.stuck-after=200ms").run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			CountDownLatch enough = new CountDownLatch(1);
			kiwi.addTaskSubscriber("work", String.class, (payload, task) -> enough.await(1, TimeUnit.HOURS));
			kiwi.sendTask(Task.of("work", "x"));
			await().untilAsserted(() -> assertThat(counted("kiwi.tasks.stuck")).isEqualTo(1));
			enough.countDown();
		});
	}

	@Test
	void countsWhatIsReturned() {
		this.runner.run((context) -> {
			assertThat(this.registry.get("kiwi.unroutable").tag("kind", "rpc").counter().count()).isZero();
			assertThat(context.getBean(KiwiCommunicator.class).callRpc("nobody", "x", String.class))
				.failsWithin(Duration.ofSeconds(10));
			await().untilAsserted(
					() -> assertThat(this.registry.get("kiwi.unroutable").tag("kind", "rpc").counter().count())
						.isEqualTo(1));
		});
	}

	@Test
	void showsWhatTheBrokerHasNotConfirmed() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class, KiwiAutoConfiguration.class,
					MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, KiwiMetricsAutoConfiguration.class))
			.run((context) -> assertThat(
					context.getBean(MeterRegistry.class).get("kiwi.amqp.unconfirmed").gauge().value())
				.isZero());
	}

	@Test
	void observationsBecomeTimersByBoot() {
		this.runner.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				ObservationAutoConfiguration.class, KiwiObservationAutoConfiguration.class))
			.run((context) -> {
				KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
				kiwi.addTaskSubscriber("work", String.class, (payload, task) -> payload);
				kiwi.sendTask(Task.of("work", "x"));
				await().untilAsserted(() -> assertThat(this.registry.get("kiwi.task")
					.tags("queue", "work", "outcome", "succeeded", "error", "none")
					.timer()
					.count()).isEqualTo(1));
				await().untilAsserted(() -> assertThat(
						this.registry.get("kiwi.task.send").tags("queue", "work", "error", "none").timer().count())
					.isEqualTo(1));
			});
	}

	@Test
	void withoutARegistryOrMicrometerThereIsNothing() {
		this.bare.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean("kiwiMetrics")
			.hasSingleBean(KiwiCommunicator.class));
		this.bare.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(KiwiMetricsAutoConfiguration.class)
				.hasSingleBean(KiwiCommunicator.class));
		this.runner.withClassLoader(new FilteredClassLoader("dev.kiwi.amqp"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("kiwiMetrics")
				.doesNotHaveBean(AmqpMetrics.class));
	}

	private void assertGauges(int running, int pendingTasks, int pendingCalls) {
		await().untilAsserted(() -> {
			assertThat(this.registry.get("kiwi.tasks.running").tag("queue", "work").gauge().value()).isEqualTo(running);
			assertThat(this.registry.get("kiwi.tasks.pending").gauge().value()).isEqualTo(pendingTasks);
			assertThat(this.registry.get("kiwi.rpc.pending").gauge().value()).isEqualTo(pendingCalls);
		});
	}

	private double counted(String name) {
		return this.registry.get(name).tag("queue", "work").counter().count();
	}

}
