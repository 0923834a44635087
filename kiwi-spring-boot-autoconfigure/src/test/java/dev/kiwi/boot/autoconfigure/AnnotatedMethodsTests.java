package dev.kiwi.boot.autoconfigure;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastContext;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RemoteException;
import dev.kiwi.RpcContext;
import dev.kiwi.Task;
import dev.kiwi.TaskContext;
import dev.kiwi.UnroutableException;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What annotated methods do in an application, over the transport that needs nothing.
 */
class AnnotatedMethodsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=in-process", "worker.id=7");

	@Test
	void aTaskAnRpcAndABroadcastReachTheirMethods() {
		this.runner.withBean(Relaxations.class).run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			Relaxations relaxations = context.getBean(Relaxations.class);
			assertThat(of(kiwi.sendTask("relax", new Structure("Ar", 13), Energy.class).result()))
				.isEqualTo(new Energy("relax", -13));
			assertThat(of(kiwi.callRpc("process.7", new Pause(60), Boolean.class))).isTrue();
			of(kiwi.sendBroadcast(Broadcast.of("state_changed.running.terminated", "done").from("child")));
			of(kiwi.sendBroadcast(Broadcast.of("state_changed.running.paused", "no").from("child")));
			assertThat(relaxations.heard.poll(10, TimeUnit.SECONDS)).isEqualTo("child: done");
			assertThat(relaxations.heard).isEmpty();
		});
	}

	@Test
	void aPureClientLeavesAnnotatedBeansAlone() {
		this.runner.withBean(Relaxations.class)
			.withPropertyValues("kiwi.listeners.enabled=false")
			.run((context) -> assertThatExceptionOfType(CompletionException.class).isThrownBy(
					() -> of(context.getBean(KiwiCommunicator.class).callRpc("process.7", new Pause(1), Boolean.class)))
				.withCauseInstanceOf(UnroutableException.class));
	}

	@Test
	void aTaskMethodWithoutQueueWorksOnTheDefaultQueue() {
		this.runner.withBean(Shapes.class)
			.withPropertyValues("kiwi.tasks.default-queue=main")
			.run((context) -> assertThat(
					of(context.getBean(KiwiCommunicator.class).sendTask(Task.of("x"), String.class).result()))
				.isEqualTo("x on main"));
	}

	@Test
	void theDeclaredGenericTypeDrivesDecoding() {
		this.runner.withBean(Shapes.class)
			.run((context) -> assertThat(of(context.getBean(KiwiCommunicator.class)
				.sendTask("sum", List.of(new Structure("Ar", 2), new Structure("Ne", 3)), Integer.class)
				.result())).isEqualTo(5));
	}

	@Test
	void aTypeVariableIsWhatTheBeansClassMakesOfIt() {
		this.runner.withBean(StructureNames.class)
			.run((context) -> assertThat(of(context.getBean(KiwiCommunicator.class)
				.sendTask("name", new Structure("Xe", 1), String.class)
				.result())).isEqualTo("Xe"));
	}

	@Test
	void aStageIsWaitedForAndVoidIsNull() {
		this.runner.withBean(Shapes.class).run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			assertThat(of(kiwi.sendTask("later", 20, Integer.class).result())).isEqualTo(21);
			assertThat(of(kiwi.sendTask("nothing", "ignored", Object.class).result())).isNull();
		});
	}

	@Test
	void theSenderSeesWhatTheMethodThrewAndNoReflection() {
		this.runner.withBean(Shapes.class)
			.run((context) -> assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(
						() -> of(context.getBean(KiwiCommunicator.class).sendTask("fail", "x", String.class).result()))
				.withCauseInstanceOf(RemoteException.class)
				.withMessageContaining("no such structure")
				.withMessageNotContaining("InvocationTarget"));
	}

	@Test
	void nullForAPrimitiveIsAClearError() {
		this.runner.withBean(Shapes.class)
			.run((context) -> assertThatExceptionOfType(CompletionException.class).isThrownBy(
					() -> of(context.getBean(KiwiCommunicator.class).sendTask("later", null, Integer.class).result()))
				.withMessageContaining("null"));
	}

	@Test
	void aPlaceholderWithoutAValueFailsTheStartNamingTheMethod() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(KiwiAutoConfiguration.class, PropertyPlaceholderAutoConfiguration.class))
			.withPropertyValues("kiwi.transport=in-process")
			.withBean(Relaxations.class)
			.run((context) -> assertThat(Failures.of(context).getDescription()).contains("@KiwiRpc",
					"Relaxations.pause(Pause, RpcContext)", "worker.id"));
	}

	@Test
	void aQueueNameThatIsNoneFailsTheStartNamingTheMethod() {
		this.runner.withBean(Misnamed.class)
			.run((context) -> assertThat(Failures.of(context).getDescription()).contains("@KiwiTask",
					"Misnamed.work(String)", "'no such name'"));
	}

	@Test
	void aFilterThatIsNoneFailsTheStartNamingTheMethod() {
		this.runner.withBean(Misfiltered.class)
			.run((context) -> assertThat(Failures.of(context).getDescription()).contains("@KiwiBroadcast",
					"Misfiltered.hear(String)", "regex:("));
	}

	private static <T> T of(CompletableFuture<T> future) {
		return future.orTimeout(10, TimeUnit.SECONDS).join();
	}

	record Structure(String element, int size) {
	}

	record Energy(String queue, double value) {
	}

	record Pause(int seconds) {
	}

	static class Relaxations {

		private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

		@KiwiTask("relax")
		Energy relax(Structure structure, TaskContext context) {
			return new Energy(context.queue(), -structure.size());
		}

		@KiwiRpc("process.${worker.id}")
		boolean pause(Pause pause, RpcContext call) {
			return pause.seconds() == 60 && call.identifier().equals("process.7");
		}

		@KiwiBroadcast(filter = "state_changed.*.terminated", sender = { "child", "regex:grand.*" })
		void childEnded(BroadcastContext broadcast, String change) {
			this.heard.add(broadcast.sender() + ": " + change);
		}

	}

	static class Shapes {

		@KiwiTask
		String onDefaultQueue(TaskContext context, String payload) {
			return payload + " on " + context.queue();
		}

		@KiwiTask("sum")
		int sum(List<Structure> structures) {
			return structures.stream().mapToInt(Structure::size).sum();
		}

		@KiwiTask("later")
		CompletionStage<Integer> later(int number, KiwiCommunicator kiwi) {
			return CompletableFuture.supplyAsync(() -> kiwi.isClosed() ? 0 : number + 1);
		}

		@KiwiTask("nothing")
		private void nothing() {
		}

		@KiwiTask("fail")
		String fail(String payload) throws Exception {
			throw new Exception("no such structure");
		}

	}

	abstract static class Names<T> {

		@KiwiTask("name")
		String name(T named) {
			return nameOf(named);
		}

		abstract String nameOf(T named);

	}

	static class StructureNames extends Names<Structure> {

		@Override
		String nameOf(Structure structure) {
			return structure.element();
		}

	}

	static class Misnamed {

		@KiwiTask("no such name")
		void work(String payload) {
		}

	}

	static class Misfiltered {

		@KiwiBroadcast(filter = "regex:(")
		void hear(String body) {
		}

	}

}
