package dev.kiwi.boot.health;

import java.util.List;
import java.util.Map;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TransportInfo;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;
import dev.kiwi.boot.listener.SubscriberStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class KiwiHealthAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class, KiwiHealthAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=in-process");

	@Test
	void upWithTransportAndSubscribers() {
		this.runner.withBean(Worker.class).run((context) -> {
			Health health = context.getBean(KiwiHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsEntry("transport", "in-process")
				.containsEntry("subscribed", List.of("work"));
		});
	}

	@Test
	void upInAPureClient() {
		this.runner.withPropertyValues("kiwi.listeners.enabled=false")
			.run((context) -> assertThat(context.getBean(KiwiHealthIndicator.class).health().getStatus())
				.isEqualTo(Status.UP));
	}

	@Test
	void downWithoutAConnection() {
		assertThat(health(false, List.of()).getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	void outOfServiceWhereASubscriberIsNotServedThoughTheConnectionIsOpen() {
		Health health = health(true,
				List.of(new SubscriberStatus("Worker.work", "KiwiTask", "work", false, "exists with other arguments"),
						new SubscriberStatus("Worker.ask", "KiwiRpc", "ask", false, null)));
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("notSubscribed",
				Map.of("work", "exists with other arguments", "ask", "not served yet, or not at the moment"));
	}

	@Test
	void notThereWhereItIsNotWantedOrActuatorIsAway() {
		this.runner.withPropertyValues("management.health.kiwi.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(KiwiHealthIndicator.class));
		this.runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(KiwiCommunicator.class));
	}

	@Test
	void saysWhyBootsOwnCheckOfRabbitWouldSayDown(CapturedOutput output) {
		this.runner.withBean("rabbitHealthContributor", Object.class)
			.run((context) -> assertThat(output).contains("'in-process'", "management.health.rabbit.enabled=false"));
	}

	@Test
	void saysNothingOfRabbitWhereBootDoesNotCheckIt(CapturedOutput output) {
		this.runner.run((context) -> assertThat(output).doesNotContain("management.health.rabbit.enabled"));
	}

	@Test
	void aMockedCommunicatorLetsTheApplicationStart() {
		this.runner.withPropertyValues("kiwi.listeners.enabled=false")
			.withBean("rabbitHealthContributor", Object.class)
			.withBean(KiwiCommunicator.class, () -> mock(KiwiCommunicator.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(KiwiHealthIndicator.class));
	}

	private static Health health(boolean connected, List<SubscriberStatus> subscribers) {
		KiwiCommunicator communicator = mock(KiwiCommunicator.class);
		given(communicator.transportInfo())
			.willReturn(new TransportInfo("amqp", connected, Map.of("product", "RabbitMQ", "version", "4.3.6")));
		Health health = new KiwiHealthIndicator(communicator, () -> subscribers).health();
		assertThat(health.getDetails()).containsEntry("server.version", "4.3.6");
		return health;
	}

	static class Worker {

		@KiwiTask("work")
		String work(String text) {
			return text;
		}

	}

}
