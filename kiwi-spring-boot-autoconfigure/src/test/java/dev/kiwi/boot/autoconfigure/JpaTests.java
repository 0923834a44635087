package dev.kiwi.boot.autoconfigure;

import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskState;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.test.database.Databases;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PreUpdate;
import org.h2.Driver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tasks and entities in one transaction of JPA's.
 */
@ExtendWith(OutputCaptureExtension.class)
class JpaTests {

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql", "postgresql, and a pool that does not commit by itself" })
	void tasksAreSentAndCompletedWithTheEntities(String database, CapturedOutput output) {
		runner(database).run((context) -> {
			assertThat(context).getBean(PlatformTransactionManager.class).isInstanceOf(JpaTransactionManager.class);
			sentWithTheCommit(context);
			nothingIsSentWhereTheFlushFails(context);
			completedWithWhatTheHandlerWrote(context);
			assertThat(output).doesNotContain("completed after the transaction");
		});
	}

	@Test
	void whereTheEntitiesAreInAnotherDatabaseItIsSaidAndDoneAllTheSame(CapturedOutput output) {
		runner("h2").withBean("tasks", DataSource.class, () -> h2("tasks"))
			.withBean("entities", DataSource.class, () -> h2("entities"), (bean) -> bean.setPrimary(true))
			.withPropertyValues("kiwi.jdbc.data-source=tasks")
			.run((context) -> {
				new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
					.executeWithoutResult((status) -> context.getBean(Writer.class).save("elsewhere"));
				assertThat(
						context.getBean(KiwiCommunicator.class).sendTask("change", "elsewhere", String.class).result())
					.succeedsWithin(20, TimeUnit.SECONDS)
					.isEqualTo("attempt 2");
				assertThat(effects(context)).containsExactly("elsewhere 2");
				assertThat(output).containsOnlyOnce("completed after the transaction")
					.contains("Worker.change", "another DataSource");
			});
	}

	private static DataSource h2(String name) {
		return new SimpleDriverDataSource(new Driver(), "jdbc:h2:mem:jpa-" + name + ";DB_CLOSE_DELAY=-1");
	}

	private static void sentWithTheCommit(AssertableApplicationContext context) {
		KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
		TransactionTemplate transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		Writer writer = context.getBean(Writer.class);
		SentTask sent = transactions.execute((status) -> {
			writer.save("committed");
			SentTask task = kiwi.sendTask("nobody", "committed");
			assertThat(task.accepted()).isNotDone();
			return task;
		});
		assertThat(sent.accepted()).succeedsWithin(20, TimeUnit.SECONDS);
		SentTask taken = transactions.execute((status) -> {
			status.setRollbackOnly();
			writer.save("rolled back");
			return kiwi.sendTask("nobody", "rolled back");
		});
		assertThat(taken.accepted()).failsWithin(20, TimeUnit.SECONDS)
			.withThrowableThat()
			.withMessageContaining("rolled back");
		assertThat(ids(context, "nobody")).containsExactly(sent.id());
		assertThat(effects(context)).containsExactly("committed 0");
	}

	private static void nothingIsSentWhereTheFlushFails(AssertableApplicationContext context) {
		KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
		TransactionTemplate transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		Writer writer = context.getBean(Writer.class);
		assertThatException().isThrownBy(() -> transactions.executeWithoutResult((status) -> {
			kiwi.sendTask("unsent", "x");
			writer.change("committed", -1);
		}));
		assertThat(ids(context, "unsent")).isEmpty();
	}

	private static void completedWithWhatTheHandlerWrote(AssertableApplicationContext context) {
		KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
		TaskHandle<String> handle = kiwi.sendTask("change", "committed", String.class);
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("attempt 2");
		assertThat(effects(context)).containsExactly("committed 2");
		assertThat(ids(context, "changed")).hasSize(1);
		assertThat(kiwi.taskState(handle.id()).toCompletableFuture()).succeedsWithin(20, TimeUnit.SECONDS)
			.isEqualTo(TaskState.SUCCEEDED);
	}

	private static List<String> ids(AssertableApplicationContext context, String queue) {
		return JdbcClient.create(context.getBean(DataSource.class))
			.sql("SELECT id FROM kiwi_task WHERE namespace = ? AND queue = ?")
			.params(context.getEnvironment().getProperty("kiwi.namespace"), queue)
			.query(String.class)
			.list();
	}

	private static List<String> effects(AssertableApplicationContext context) {
		return JdbcClient.create(context.getBean(DataSource.class))
			.sql("SELECT name || ' ' || changes FROM jpa_effect")
			.query(String.class)
			.list();
	}

	private static ApplicationContextRunner runner(String database) {
		boolean isH2 = database.equals("h2");
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
							TransactionAutoConfiguration.class, KiwiAutoConfiguration.class))
			.withUserConfiguration(Entities.class)
			.withBean(Writer.class)
			.withBean(Worker.class)
			.withPropertyValues("kiwi.transport=jdbc", "kiwi.namespace=jpa", "kiwi.jdbc.initialize-schema=always",
					"kiwi.tasks.retry.max-attempts=2", "kiwi.tasks.retry.delay=1ms",
					"spring.jpa.hibernate.ddl-auto=create-drop",
					"spring.datasource.url=" + (isH2 ? "jdbc:h2:mem:jpa;DB_CLOSE_DELAY=0" : Databases.postgreSql()));
		return !database.contains("pool") ? runner
				: runner.withPropertyValues("kiwi.namespace=jpa-pool", "spring.datasource.hikari.auto-commit=false",
						"spring.jpa.properties.hibernate.connection.provider_disables_autocommit=true");
	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = JpaTests.class)
	static class Entities {

	}

	@Entity(name = "jpa_effect")
	static class Effect {

		@Id
		private String name;

		private int changes;

		protected Effect() {
		}

		Effect(String name) {
			this.name = name;
		}

		/** What JPA has no exception of its own for, at the flush. */
		@PreUpdate
		void flushed() {
			if (this.changes < 0) {
				throw new ArithmeticException("negative");
			}
		}

	}

	static class Writer {

		@PersistenceContext
		private EntityManager entities;

		void save(String name) {
			this.entities.persist(new Effect(name));
		}

		void change(String name, int by) {
			this.entities.find(Effect.class, name).changes += by;
		}

	}

	static class Worker {

		private final Writer writer;

		private final KiwiCommunicator kiwi;

		Worker(Writer writer, KiwiCommunicator kiwi) {
			this.writer = writer;
			this.kiwi = kiwi;
		}

		/** The first attempt fails when JPA writes, after the method has returned. */
		@KiwiTask("change")
		@Transactional
		public String change(String name, TaskContext task) {
			this.kiwi.sendTask("changed", name);
			this.writer.change(name, (task.attempt() == 1) ? -1 : 2);
			return "attempt " + task.attempt();
		}

	}

}
