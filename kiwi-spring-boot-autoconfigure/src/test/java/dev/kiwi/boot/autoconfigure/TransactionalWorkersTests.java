package dev.kiwi.boot.autoconfigure;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskState;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.boot.listener.TransactionalWorkers;
import org.h2.Driver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods that are both workers and transactional.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransactionalWorkersTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
				KiwiAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=jdbc", "kiwi.tasks.retry.max-attempts=2", "kiwi.tasks.retry.delay=1ms",
				"spring.datasource.url=jdbc:h2:mem:together;DB_CLOSE_DELAY=0",
				"spring.datasource.generate-unique-name=true");

	@Test
	void whatAMethodReturnsIsCommittedWithWhatItWrote(CapturedOutput output) {
		this.runner.withBean(Effects.class).run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			Effects effects = context.getBean(Effects.class);
			kiwi.addTaskSubscriber("next", String.class, (text, task) -> text + " sent");
			for (String queue : List.of("required", "new")) {
				effects.seen().clear();
				TaskHandle<String> handle = kiwi.sendTask(queue, "x", String.class);
				assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x done");
				assertThat(effects.seen()).as(queue).containsExactly(TaskState.RUNNING, TaskState.SUCCEEDED);
			}
			assertThat(effects.sent().join().result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x sent");
			assertThat(output).doesNotContain("Effects.required", "Effects.anew");
		});
	}

	@Test
	void aMethodThatFailsIsTriedAgainAndOneThatTakesItsWritesBackIsDone() {
		this.runner.withBean(Effects.class).run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			assertThat(kiwi.sendTask("fails-once", "a", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
				.isEqualTo("attempt 2");
			assertThat(kiwi.sendTask("takes-back", "b", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
				.isEqualTo("nothing to do");
			assertThat(kiwi.sendTask("commits-and-fails", "c", String.class).result()).failsWithin(20,
					TimeUnit.SECONDS);
			assertThat(JdbcClient.create(context.getBean(DataSource.class))
				.sql("SELECT what FROM effect ORDER BY what")
				.query(String.class)
				.list()).containsExactly("a2", "c1", "c2");
		});
	}

	@Test
	void aCallOfTheSameMethodByOthersCompletesNothing() {
		this.runner.withBean(Effects.class).run((context) -> {
			assertThat(context.getBean(Effects.class).required("y", null)).isEqualTo("y done");
			assertThat(context).hasSingleBean(TransactionalWorkers.class);
		});
	}

	@Test
	void whatCannotBeCommittedTogetherIsSaidOnceAndDoneAllTheSame(CapturedOutput output) {
		this.runner.withBean(Apart.class).withUserConfiguration(OtherDatabase.class).run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			for (String queue : List.of("stage", "read-only", "none", "elsewhere")) {
				for (int times = 0; times < 2; times++) {
					assertThat(kiwi.sendTask(queue, "x", String.class).result()).as(queue)
						.succeedsWithin(20, TimeUnit.SECONDS)
						.isEqualTo("x");
				}
			}
			assertThat(output.getOut().lines().filter((line) -> line.contains("completed after the transaction")))
				.hasSize(4)
				.anyMatch((line) -> line.contains("Apart.stage") && line.contains("stage that it returns"))
				.anyMatch((line) -> line.contains("Apart.readOnly") && line.contains("read-only"))
				.anyMatch((line) -> line.contains("Apart.none") && line.contains("propagation"))
				.anyMatch((line) -> line.contains("Apart.elsewhere") && line.contains("another DataSource"));
		});
	}

	@Test
	void aPoolThatIsTooSmallIsSaidWithTheNumberThatIsNeeded(CapturedOutput output) {
		ApplicationContextRunner sized = this.runner.withBean(Effects.class)
			.withPropertyValues("kiwi.tasks.concurrency=3", "kiwi.tasks.queues.new.concurrency=4");
		// 7 of kiwi, 4 for one queue and 3 for each of four others
		sized.withPropertyValues("spring.datasource.hikari.maximum-pool-size=23")
			.run((context) -> assertThat(output).doesNotContain("connection pool"));
		sized.withPropertyValues("spring.datasource.hikari.maximum-pool-size=22").run((context) -> {
			try (GenericApplicationContext child = new GenericApplicationContext(context)) {
				child.refresh();
			}
			assertThat(output.getOut().lines().filter((line) -> line.contains("connection pool"))).singleElement()
				.asString()
				.contains("The connection pool has 22 connections", "spring.datasource.hikari.maximum-pool-size",
						"to 23 or more");
		});
	}

	@Test
	void aBeanWithoutAProxyIsToldOf(CapturedOutput output) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, KiwiAutoConfiguration.class))
			.withPropertyValues("kiwi.transport=jdbc")
			.withBean(Unproxied.class)
			.run((context) -> assertThat(output).contains("Unproxied.work(String) is transactional", "no proxy"));
	}

	static class Effects {

		private final List<TaskState> seen = new CopyOnWriteArrayList<>();

		private final CompletableFuture<TaskHandle<String>> sent = new CompletableFuture<>();

		private final JdbcClient database;

		private final KiwiCommunicator kiwi;

		Effects(DataSource dataSource, KiwiCommunicator kiwi) {
			this.database = JdbcClient.create(dataSource);
			this.kiwi = kiwi;
			this.database.sql("CREATE TABLE IF NOT EXISTS effect (what varchar(50))").update();
		}

		List<TaskState> seen() {
			return this.seen;
		}

		CompletableFuture<TaskHandle<String>> sent() {
			return this.sent;
		}

		@KiwiTask("required")
		@Transactional
		public String required(String text, TaskContext task) {
			if (task != null) {
				this.sent.complete(this.kiwi.sendTask("next", text, String.class));
				look(task);
			}
			return text + " done";
		}

		@KiwiTask("new")
		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public String anew(String text, TaskContext task) {
			look(task);
			return text + " done";
		}

		@KiwiTask("fails-once")
		@Transactional
		public String failsOnce(String text, TaskContext task) {
			write(text + task.attempt());
			if (task.attempt() == 1) {
				throw new IllegalStateException("not yet");
			}
			return "attempt " + task.attempt();
		}

		@KiwiTask("takes-back")
		@Transactional
		public String takesBack(String text) {
			write(text);
			TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
			return "nothing to do";
		}

		@KiwiTask("commits-and-fails")
		@Transactional(noRollbackFor = IllegalStateException.class)
		public String commitsAndFails(String text, TaskContext task) {
			write(text + task.attempt());
			throw new IllegalStateException("kept");
		}

		private void write(String what) {
			this.database.sql("INSERT INTO effect (what) VALUES (?)").param(what).update();
		}

		/** Where the task is before the commit, and right after it. */
		private void look(TaskContext task) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCompletion() {
					Effects.this.seen.add(state(task));
				}

				@Override
				public void afterCommit() {
					Effects.this.seen.add(state(task));
				}

			});
		}

		private TaskState state(TaskContext task) {
			return this.kiwi.taskState(task.id()).toCompletableFuture().join();
		}

	}

	static class Apart {

		@KiwiTask("stage")
		@Transactional("transactionManager")
		public CompletionStage<String> stage(String text) {
			return CompletableFuture.completedFuture(text);
		}

		@KiwiTask("read-only")
		@Transactional(transactionManager = "transactionManager", readOnly = true)
		public String readOnly(String text) {
			return text;
		}

		@KiwiTask("none")
		@Transactional(transactionManager = "transactionManager", propagation = Propagation.NOT_SUPPORTED)
		public String none(String text) {
			return text;
		}

		@KiwiTask("elsewhere")
		@Transactional("otherManager")
		public String elsewhere(String text) {
			return text;
		}

	}

	static class Unproxied {

		@KiwiTask("unproxied")
		@Transactional
		public String work(String text) {
			return text;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherDatabase {

		@Bean
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

		@Bean
		PlatformTransactionManager otherManager() {
			return new JdbcTransactionManager(new SimpleDriverDataSource(new Driver(), "jdbc:h2:mem:other"));
		}

	}

}
