package dev.kiwi.boot.autoconfigure;

import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskInfo;
import dev.kiwi.TaskQuery;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.jdbc.JdbcTransport;
import dev.kiwi.transport.Transport;
import org.h2.Driver;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

class JdbcTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class));

	private final ApplicationContextRunner database = this.runner
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=jdbc", "spring.datasource.url=jdbc:h2:mem:jdbc;DB_CLOSE_DELAY=0",
				"spring.datasource.generate-unique-name=false");

	@Test
	void aTaskIsSentAndDone() {
		this.database.run((context) -> {
			assertThat(context).hasSingleBean(JdbcTransport.class).hasSingleBean(Transport.class);
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			kiwi.addTaskSubscriber("echo", String.class, (text, task) -> text);
			assertThat(kiwi.sendTask("echo", "x", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
				.isEqualTo("x");
		});
	}

	@Test
	void itIsTheDefaultWhereRabbitIsNotOnTheClasspath() {
		this.runner.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:default")
			.withClassLoader(new FilteredClassLoader(AmqpTransport.class))
			.run((context) -> assertThat(context).hasSingleBean(JdbcTransport.class));
	}

	@Test
	void theTablesHaveTheNamesThatAreAskedFor() {
		this.database.withPropertyValues("kiwi.jdbc.table-prefix=queueing_")
			.run((context) -> assertThat(JdbcClient.create(context.getBean(DataSource.class))
				.sql("SELECT count(*) FROM queueing_task")
				.query(Integer.class)
				.single()).isZero());
	}

	@Test
	void withoutTablesItIsSaidHowToGetThem() {
		this.database.withPropertyValues("kiwi.jdbc.initialize-schema=never", "spring.datasource.url=jdbc:h2:mem:never")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("KIWI_INSTANCE")
				.satisfies((root) -> assertThat(context.getStartupFailure())
					.hasStackTraceContaining("kiwi.jdbc.initialize-schema=always")));
	}

	@Test
	void withoutADataSourceItsPropertyIsNamed() {
		this.runner.withPropertyValues("kiwi.transport=jdbc").run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains("DataSource", "there is none");
			assertThat(analysis.getAction()).contains("spring.datasource.url");
		});
	}

	@Test
	void ofSeveralDataSourcesOneMustBeChosen() {
		withTwoDataSources().run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains("first", "second");
			assertThat(analysis.getAction()).contains("kiwi.jdbc.data-source", "@Primary");
		});
		withTwoDataSources().withPropertyValues("kiwi.jdbc.data-source=third").run((context) -> {
			FailureAnalysis analysis = Failures.of(context);
			assertThat(analysis.getDescription()).contains("'third'", "first, second");
		});
		withTwoDataSources().withPropertyValues("kiwi.jdbc.data-source=second")
			.run((context) -> assertThat(context).hasSingleBean(JdbcTransport.class));
	}

	@Test
	void aTransactionIsTheSameThroughADataSourceThatIsAwareOfIt() {
		DataSource aware = new TransactionAwareDataSourceProxy(h2("aware"));
		this.runner.withPropertyValues("kiwi.transport=jdbc").withBean(DataSource.class, () -> aware).run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			new TransactionTemplate(new JdbcTransactionManager(aware)).executeWithoutResult((transaction) -> {
				kiwi.sendTask("rolled-back", "x");
				transaction.setRollbackOnly();
			});
			kiwi.sendTask("committed", "x").accepted().toCompletableFuture().get(20, TimeUnit.SECONDS);
			assertThat(kiwi.admin().tasks(TaskQuery.all()).tasks()).extracting(TaskInfo::queue)
				.containsExactly("committed");
		});
	}

	private ApplicationContextRunner withTwoDataSources() {
		return this.runner.withPropertyValues("kiwi.transport=jdbc")
			.withBean("first", DataSource.class, () -> h2("first"))
			.withBean("second", DataSource.class, () -> h2("second"));
	}

	private static DataSource h2(String name) {
		return new SimpleDriverDataSource(new Driver(), "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
	}

}
