package dev.kiwi.boot.autoconfigure;

import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcContext;
import dev.kiwi.TaskContext;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.SimpleTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Which methods can be annotated, and what a user gets to read otherwise.
 */
class ListenerDeclarationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=in-process");

	@Test
	void twoPayloadParametersAreAmbiguous() {
		FailureAnalysis analysis = failure(this.runner.withBean(TwoPayloads.class));
		assertThat(analysis.getDescription()).contains("TwoPayloads.relax(String, TaskContext, Integer)",
				"java.lang.String structure, java.lang.Integer steps");
		assertThat(analysis.getAction()).contains("one record");
	}

	@Test
	void theContextOfAnotherKindOfMessageIsRefused() {
		FailureAnalysis analysis = failure(this.runner.withBean(WrongContext.class));
		assertThat(analysis.getDescription()).contains("TaskContext", "WrongContext.answer(String, TaskContext)",
				"@KiwiRpc");
		assertThat(analysis.getAction()).contains("RpcContext");
	}

	@Test
	void anIdentifierServedTwiceNamesBothMethods() {
		FailureAnalysis analysis = failure(this.runner.withBean(Served.class).withBean(ServedAgain.class));
		assertThat(analysis.getDescription()).contains("'scheduler'", "Served.answer(String)",
				"ServedAgain.alsoAnswer(String)");
		assertThat(analysis.getAction()).contains("@KiwiRpc");
	}

	@Test
	void anIdentifierServedByTwoBeansOfOneClassNamesTheBeans() {
		FailureAnalysis analysis = failure(
				this.runner.withBean("first", Served.class).withBean("second", Served.class));
		assertThat(analysis.getDescription()).contains("'scheduler'", "Served.answer(String)", "'first'", "'second'");
		assertThat(analysis.getAction()).contains("bean");
	}

	@Test
	void oneQueueMayHaveSeveralMethods() {
		this.runner.withBean("one", Worker.class)
			.withBean("two", Worker.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aMethodThatItsJdkProxyHidesIsRefused() {
		FailureAnalysis analysis = failure(
				this.runner.withUserConfiguration(ByInterface.class).withBean("hidden", Hidden.class));
		assertThat(analysis.getDescription()).contains("'hidden'", "hides its method", "Hidden.work(String)");
		assertThat(analysis.getAction()).contains("interface", "proxyTargetClass=true");
	}

	@Test
	void aMethodOfItsInterfaceIsCalledThroughTheJdkProxy() {
		transactional(this.runner.withUserConfiguration(ByInterface.class).withBean(Offered.class));
	}

	@Test
	void aMethodIsCalledThroughTheClassProxy() {
		transactional(this.runner.withUserConfiguration(ByClass.class).withBean(Worker.class));
	}

	@Test
	void aFinalMethodOfAClassProxyIsRefused() {
		FailureAnalysis analysis = failure(
				this.runner.withUserConfiguration(ByClass.class).withBean("final", FinalMethod.class));
		assertThat(analysis.getDescription()).contains("'final'", "FinalMethod.work(String)", "final method");
		assertThat(analysis.getAction()).contains("non-final");
	}

	@Test
	void aPrivateMethodOfAClassProxyIsRefused() {
		FailureAnalysis analysis = failure(
				this.runner.withUserConfiguration(ByClass.class).withBean("private", PrivateMethod.class));
		assertThat(analysis.getDescription()).contains("'private'", "PrivateMethod.work(String)", "is private");
	}

	private static FailureAnalysis failure(ApplicationContextRunner runner) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		runner.run((context) -> analysis[0] = Failures.of(context));
		return analysis[0];
	}

	private static void transactional(ApplicationContextRunner runner) {
		PlatformTransactionManager transactions = mock(PlatformTransactionManager.class);
		given(transactions.getTransaction(any())).willReturn(new SimpleTransactionStatus());
		runner.withBean(PlatformTransactionManager.class, () -> transactions).run((context) -> {
			assertThat(context.getBean(KiwiCommunicator.class)
				.sendTask("work", "x", String.class)
				.result()
				.orTimeout(10, TimeUnit.SECONDS)
				.join()).isEqualTo("worked on x");
			verify(transactions).getTransaction(any());
			verify(transactions).commit(any());
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = false)
	static class ByInterface {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class ByClass {

	}

	static class TwoPayloads {

		@KiwiTask("relax")
		void relax(String structure, TaskContext context, Integer steps) {
		}

	}

	static class WrongContext {

		@KiwiRpc("answer")
		void answer(String message, TaskContext context) {
		}

	}

	static class Served {

		@KiwiRpc(value = "scheduler", exclusive = true)
		String answer(String message) {
			return message;
		}

	}

	static class ServedAgain {

		@KiwiRpc("scheduler")
		String alsoAnswer(String message) {
			return message;
		}

		@KiwiRpc("other")
		String other(RpcContext call) {
			return call.id();
		}

	}

	static class Worker {

		private final String greeting = "worked on ";

		@KiwiTask("work")
		@Transactional
		String work(String payload) {
			return this.greeting + payload;
		}

	}

	interface Work {

		@KiwiTask("work")
		String work(String payload);

	}

	static class Offered implements Work {

		@Override
		@Transactional
		public String work(String payload) {
			return "worked on " + payload;
		}

	}

	static class Hidden implements Runnable {

		@Override
		public void run() {
		}

		@KiwiTask("work")
		@Transactional
		public void work(String payload) {
		}

	}

	static class FinalMethod {

		@Transactional
		public void other() {
		}

		@KiwiTask("work")
		public final void work(String payload) {
		}

	}

	static class PrivateMethod {

		@Transactional
		public void other() {
		}

		@KiwiTask("work")
		private void work(String payload) {
		}

	}

}
