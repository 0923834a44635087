package dev.kiwi.boot.autoconfigure;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.Test;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

class TransportChoiceTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class));

	private final ApplicationContextRunner rabbit = this.runner
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class));

	@Test
	void rabbitIsTheDefaultAndNeedsNoProperty() {
		this.rabbit
			.run((context) -> assertThat(context).hasSingleBean(AmqpTransport.class).hasSingleBean(Transport.class));
	}

	@Test
	void theInProcessTransportIsThereWhenItIsAskedFor() {
		this.rabbit.withPropertyValues("kiwi.transport=in-process")
			.run((context) -> assertThat(context).hasSingleBean(InProcessTransport.class)
				.hasSingleBean(Transport.class));
	}

	@Test
	void theInProcessTransportNeedsNothingOfRabbit() {
		this.runner
			.withClassLoader(new FilteredClassLoader("dev.kiwi.amqp", "org.springframework.amqp", "com.rabbitmq"))
			.withPropertyValues("kiwi.transport=in-process")
			.run((context) -> assertThat(context).hasSingleBean(KiwiCommunicator.class));
	}

	@Test
	void aTransportOfTheUsersWins() {
		this.runner.withBean("mine", Transport.class, InProcessTransport::new)
			.withPropertyValues("kiwi.transport=amqp")
			.run((context) -> assertThat(context).hasSingleBean(KiwiCommunicator.class)
				.getBean(Transport.class)
				.isSameAs(context.getBean("mine")));
	}

	@Test
	void aCommunicatorOfTheUsersNeedsNoTransport() {
		this.runner.withBean("mine", KiwiCommunicator.class, () -> mock(KiwiCommunicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(Transport.class)
				.getBean(KiwiCommunicator.class)
				.isSameAs(context.getBean("mine")));
	}

	@Test
	void anUnknownTransportIsSaidToBeUnknown() {
		this.rabbit.withPropertyValues("kiwi.transport=kafka").run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains("'kafka'", "kiwi.transport");
			assertThat(analysis.getAction()).contains("kiwi.transport", "amqp", "in-process");
		});
	}

	@Test
	void aTransportThatIsNotOnTheClasspathIsSaidToBeMissing() {
		this.runner.withClassLoader(new FilteredClassLoader(AmqpTransport.class))
			.withPropertyValues("kiwi.transport=amqp")
			.run((context) -> {
				FailureAnalysis analysis = Failures.of(context);
				assertThat(analysis.getDescription()).contains("'amqp'", "not on the classpath");
				assertThat(analysis.getAction()).contains("dev.kiwi:kiwi-spring-boot-starter",
						"kiwi.transport=in-process");
			});
	}

	@Test
	void withoutADurableTransportNothingElseIsTakenInItsPlace() {
		this.runner.withClassLoader(new FilteredClassLoader("dev.kiwi.amqp", "dev.kiwi.jdbc")).run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains("no durable transport");
			assertThat(analysis.getAction()).contains("dev.kiwi:kiwi-spring-boot-starter", "kiwi.transport=in-process");
		});
	}

	@Test
	void withoutAConnectionFactoryTheStarterIsNamed() {
		this.runner.run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains("ConnectionFactory", "there is none");
			assertThat(analysis.getAction()).contains("spring-boot-starter-amqp", "kiwi.transport=in-process");
		});
	}

	@Test
	void ofSeveralConnectionFactoriesOneMustBeChosen() {
		withTwoConnectionFactories().run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains("first", "second");
			assertThat(analysis.getAction()).contains("kiwi.amqp.connection-factory", "@Primary");
		});
	}

	@Test
	void thePrimaryConnectionFactoryIsTaken() {
		withTwoConnectionFactories()
			.withBean("third", ConnectionFactory.class, () -> mock(ConnectionFactory.class),
					(definition) -> definition.setPrimary(true))
			.run((context) -> assertThat(context).hasSingleBean(AmqpTransport.class));
	}

	@Test
	void aConnectionFactoryIsChosenByItsName() {
		withTwoConnectionFactories().withPropertyValues("kiwi.amqp.connection-factory=second").run((context) -> {
			assertThat(context).hasSingleBean(AmqpTransport.class);
			verify(context.getBean("second", ConnectionFactory.class)).getPublisherConnectionFactory();
			verifyNoInteractions(context.getBean("first"));
		});
	}

	@Test
	void aConnectionFactoryThatDoesNotExistIsNamedWithThoseThatDo() {
		withTwoConnectionFactories().withPropertyValues("kiwi.amqp.connection-factory=thrid").run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains("'thrid'", "first, second");
			assertThat(analysis.getAction()).contains("kiwi.amqp.connection-factory");
		});
	}

	private ApplicationContextRunner withTwoConnectionFactories() {
		return this.runner.withBean("first", ConnectionFactory.class, () -> mock(ConnectionFactory.class))
			.withBean("second", ConnectionFactory.class, () -> mock(ConnectionFactory.class));
	}

}
