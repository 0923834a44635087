package dev.kiwi.boot.autoconfigure;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastContext;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.boot.listener.KiwiConnectionLostEvent;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Against a real RabbitMQ, with no property but where it is.
 */
@ExtendWith(OutputCaptureExtension.class)
class RabbitTests {

	private final Broker broker = Brokers.shared();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class, RabbitAutoConfiguration.class,
				JacksonAutoConfiguration.class))
		.withPropertyValues("spring.rabbitmq.host=" + this.broker.host(), "spring.rabbitmq.port=" + this.broker.port());

	@Test
	void aTaskAnRpcAndABroadcastReachTheirMethods() {
		this.runner.withBean(Relaxations.class).run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			assertThat(of(kiwi.sendTask("boot.relax", new Structure("Ar", 13), Double.class).result())).isEqualTo(-13);
			assertThat(of(kiwi.callRpc("boot.process", "pause", String.class))).isEqualTo("pause: done");
			of(kiwi.sendBroadcast(Broadcast.of("boot.running.terminated", "result").from("child")));
			assertThat(context.getBean(Relaxations.class).heard.poll(10, TimeUnit.SECONDS)).isEqualTo("child: result");
			assertThat(kiwi.transportInfo().connected()).isTrue();
			assertThat(kiwi.transportInfo().serverProperties()).containsEntry("product", "RabbitMQ");
		});
	}

	@Test
	void aPausedContextIsSubscribedAgain() {
		this.runner.withBean(Relaxations.class).run((context) -> {
			context.stop();
			context.start();
			assertThat(of(context.getBean(KiwiCommunicator.class).callRpc("boot.process", "play", String.class)))
				.isEqualTo("play: done");
		});
	}

	@Test
	void whatCodeHasSubscribedFinishesWhenTheContextCloses() {
		CompletableFuture<Boolean> owned = new CompletableFuture<>();
		List<Object> lost = new CopyOnWriteArrayList<>();
		this.runner.run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			context.getSourceApplicationContext()
				.addApplicationListener(
						ApplicationListener.forPayload((KiwiConnectionLostEvent event) -> lost.add(event)));
			CompletableFuture<Void> begun = new CompletableFuture<>();
			CompletableFuture<Subscription> subscribed = new CompletableFuture<>();
			subscribed.complete(kiwi.addTaskSubscriber("boot.long-" + UUID.randomUUID(), String.class, (text, task) -> {
				begun.complete(null);
				Subscription subscription = of(subscribed);
				try {
					await().atMost(30, TimeUnit.SECONDS).until(() -> !subscription.isServed());
					return owned.complete(task.isOwned());
				}
				finally {
					owned.complete(false);
				}
			}));
			kiwi.sendTask(of(subscribed).identifier(), "x");
			of(begun);
		});
		assertThat(of(owned)).isTrue();
		assertThat(lost).isEmpty();
	}

	@Test
	void aQueueWithOtherArgumentsFailsTheStartAndSaysWhatToSet() {
		String queue = "boot.typed-" + UUID.randomUUID();
		ApplicationContextRunner typed = this.runner.withBean(Typed.class).withPropertyValues("queue=" + queue);
		typed.withPropertyValues("kiwi.amqp.queue-type=classic").run((context) -> assertThat(context).hasNotFailed());
		typed.run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains(queue, "other arguments");
			assertThat(analysis.getAction()).contains("kiwi.amqp.queue-type", "kiwi.amqp.adopt-existing-queues=true",
					"kiwi.namespace");
		});
		typed.withPropertyValues("kiwi.amqp.adopt-existing-queues=true")
			.run((context) -> assertThat(
					of(context.getBean(KiwiCommunicator.class).sendTask(queue, "x", String.class).result()))
				.isEqualTo("x"));
	}

	@Test
	void aSecondHolderOfAnExclusiveIdentifierSaysSoAndGoesOn(CapturedOutput output) {
		ApplicationContextRunner exclusive = this.runner.withBean(Exclusive.class)
			.withPropertyValues("identifier=boot.exclusive-" + UUID.randomUUID());
		exclusive.run((first) -> exclusive.run((second) -> {
			assertThat(second).hasNotFailed();
			await().atMost(2, TimeUnit.MINUTES)
				.untilAsserted(() -> assertThat(output).contains("Exclusive.answer() is not subscribed to",
						"DuplicateSubscriberIdentifierException"));
		}));
	}

	@Test
	void aBrokerThatIsAwayDoesNotFailTheStart(CapturedOutput output) {
		this.runner.withBean(Relaxations.class).withPropertyValues("spring.rabbitmq.port=1").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("Not subscribed yet", "boot.relax", "boot.process");
		});
	}

	private static <T> T of(CompletableFuture<T> future) {
		return future.orTimeout(30, TimeUnit.SECONDS).join();
	}

	record Structure(String element, int size) {
	}

	static class Relaxations {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		@KiwiTask("boot.relax")
		double relax(Structure structure) {
			return -structure.size();
		}

		@KiwiRpc("boot.process")
		String command(String command) {
			return command + ": done";
		}

		@KiwiBroadcast(filter = "boot.*.terminated")
		void ended(String change, BroadcastContext broadcast) {
			this.heard.add(broadcast.sender() + ": " + change);
		}

	}

	static class Typed {

		@KiwiTask("${queue}")
		String work(String payload) {
			return payload;
		}

	}

	static class Exclusive {

		@KiwiRpc(value = "${identifier}", exclusive = true)
		String answer() {
			return "mine";
		}

	}

}
