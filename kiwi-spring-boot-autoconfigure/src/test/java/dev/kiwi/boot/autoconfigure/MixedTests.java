package dev.kiwi.boot.autoconfigure;

import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.boot.health.KiwiHealthAutoConfiguration;
import dev.kiwi.boot.health.KiwiHealthIndicator;
import dev.kiwi.boot.listener.TransactionalWorkers;
import dev.kiwi.jdbc.JdbcTransport;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.database.Databases;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.Test;

import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tasks in the database, calls and broadcasts by another transport.
 */
class MixedTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, RabbitAutoConfiguration.class,
				KiwiAutoConfiguration.class, KiwiHealthAutoConfiguration.class))
		.withPropertyValues("kiwi.tasks.transport=jdbc", "spring.datasource.url=jdbc:h2:mem:mixed;DB_CLOSE_DELAY=0");

	@Test
	void tasksAreRowsAndWordsGoTheOtherWay() {
		this.runner.withPropertyValues("kiwi.transport=in-process").run((context) -> {
			assertThat(context).hasSingleBean(InProcessTransport.class)
				.hasSingleBean(JdbcTransport.class)
				.hasSingleBean(TransactionalWorkers.class);
			assertThat(context.getBeanProvider(Transport.class).getObject()).isInstanceOf(InProcessTransport.class);
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			kiwi.sendTask("kept", "x").accepted().get(10, TimeUnit.SECONDS);
			assertThat(JdbcClient.create(context.getBean(DataSource.class))
				.sql("SELECT count(*) FROM kiwi_task WHERE queue = 'kept'")
				.query(Integer.class)
				.single()).isOne();
			assertThat(kiwi.transportInfo().name()).isEqualTo("in-process");
		});
	}

	@Test
	void withRabbitDownTasksRunAndTheirResultsArrive() {
		this.runner.withPropertyValues("kiwi.transport=amqp", "spring.rabbitmq.port=1")
			.withBean(Worker.class)
			.run((context) -> {
				assertThat(context).hasSingleBean(AmqpTransport.class);
				KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
				assertThat(kiwi.sendTask("work", "x", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
					.isEqualTo("x done");
				Health health = context.getBean(KiwiHealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.getDetails()).containsEntry("transport", "amqp")
					.containsEntry("tasks.transport", "jdbc")
					.containsEntry("tasks.connected", "true");
			});
	}

	@Test
	void rabbitWakesTheProcessesThatShareADatabase() {
		Broker broker = Brokers.shared();
		ApplicationContextRunner both = this.runner.withPropertyValues("kiwi.transport=amqp", "kiwi.namespace=mixed",
				"kiwi.jdbc.initialize-schema=always", "spring.datasource.url=" + Databases.postgreSql(),
				"spring.rabbitmq.host=" + broker.host(), "spring.rabbitmq.port=" + broker.port());
		both.withBean(Worker.class)
			.run((worker) -> both.withPropertyValues("kiwi.listeners.enabled=false").run((client) -> {
				KiwiCommunicator kiwi = client.getBean(KiwiCommunicator.class);
				assertThat(kiwi.sendTask("work", "first", String.class).result()).succeedsWithin(30, TimeUnit.SECONDS);
				long begin = System.nanoTime();
				for (int times = 0; times < 3; times++) {
					assertThat(kiwi.sendTask("work", "x", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
						.isEqualTo("x done");
				}
				assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).as("no sweep is waited for")
					.isLessThan(9);
			}));
	}

	@Test
	void whatCannotCarryTasksIsRefused() {
		this.runner.withPropertyValues("kiwi.transport=in-process", "kiwi.tasks.transport=amqp").run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains("'amqp' (kiwi.tasks.transport)", "'in-process'");
			assertThat(analysis.getAction()).contains("kiwi.tasks.transport to jdbc");
		});
		this.runner.withPropertyValues("kiwi.transport=in-process")
			.withClassLoader(new FilteredClassLoader(JdbcTransport.class))
			.run((context) -> assertThat(Failures.of(context).getAction()).contains("kiwi-spring-boot-starter-jdbc"));
		this.runner.withPropertyValues("kiwi.transport=jdbc")
			.run((context) -> assertThat(context).as("the same for all").hasSingleBean(JdbcTransport.class));
	}

	static class Worker {

		@KiwiTask("work")
		String work(String text) {
			return text + " done";
		}

	}

}
