package dev.kiwi.engine;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.KiwiException;
import dev.kiwi.SentTask;
import dev.kiwi.Subscription;
import dev.kiwi.TaskInfo;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.transport.TaskEvents;
import dev.kiwi.transport.TaskStates;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.inprocess.InProcessBroker;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tasks whose events are kept by something that may be slow, or broken.
 */
@Timeout(60)
class EventLogTests {

	private final InProcessBroker broker = new InProcessBroker();

	private final Kept kept = new Kept();

	private final Recorder recorder = new Recorder(Map.of());

	private final KiwiCommunicator kiwi = connect(10);

	@AfterEach
	void close() {
		this.kept.mode = Mode.FINE;
		this.kiwi.close();
	}

	@Test
	void noTaskWaitsTwiceForWhatIsNotWritten() throws Exception {
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
		this.kept.mode = Mode.SILENT;
		long begun = System.nanoTime();
		assertThat(run("first")).isEqualTo("first");
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("once")
			.isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
		begun = System.nanoTime();
		for (int number = 0; number < 100; number++) {
			assertThat(run("x" + number)).isEqualTo("x" + number);
		}
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("100 more").isLessThan(Duration.ofSeconds(10));
	}

	@Test
	void whatIsNotWrittenIsCountedAndToldWhoeverAsks() throws Exception {
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
		SentTask waiting = this.kiwi.sendTask("other", "x");
		await().untilAsserted(() -> assertThat(seen(waiting.id()).state()).isEqualTo(TaskState.QUEUED));
		this.kept.mode = Mode.BROKEN;
		run("x");
		await().until(() -> this.recorder.lines.contains("event EVENT_UNWRITTEN TASK work"));
		assertThat(this.kiwi.admin().tasks(TaskQuery.all()).notes())
			.anyMatch((note) -> note.contains("could not write"));
		assertThat(seen(waiting.id()).state()).as("nothing was to be read").isEqualTo(TaskState.UNKNOWN);
		this.kept.mode = Mode.FINE;
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			run("again");
			assertThat(this.kiwi.admin().tasks(TaskQuery.all()).notes()).hasSize(1)
				.allMatch((note) -> note.contains("were not written between"));
		});
		TaskInfo doubtful = seen(waiting.id());
		assertThat(doubtful.state()).as("somebody may have run it unseen").isEqualTo(TaskState.UNKNOWN);
		assertThat(doubtful.note()).contains("were not written between");
	}

	@Test
	void whoRemembersTooFewSaysSo() throws Exception {
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
		for (int number = 0; number < 12; number++) {
			run("x" + number);
		}
		assertThat(this.kiwi.admin().tasks(TaskQuery.all()).notes()).hasSize(1)
			.allMatch((note) -> note.contains("2 tasks are forgotten") && note.contains("max-tasks"));
	}

	@Test
	void anotherThatWritesNoEventsIsNamed() throws Exception {
		SentTask waiting = this.kiwi.sendTask("work", "x");
		await().untilAsserted(() -> assertThat(seen(waiting.id()).state()).isEqualTo(TaskState.QUEUED));
		try (KiwiCommunicator silent = KiwiCommunicatorBuilder.with(new InProcessTransport(this.broker)).build()) {
			silent.admin().pauseHere("work");
			silent.addTaskSubscriber("work", String.class, (text, task) -> text);
			await().untilAsserted(() -> {
				assertThat(seen(waiting.id()).state()).isEqualTo(TaskState.UNKNOWN);
				assertThat(seen(waiting.id()).note()).contains("writes no events", silent.admin().self().instance());
			});
		}
	}

	private String run(String text) throws Exception {
		return this.kiwi.sendTask("work", text, String.class).result().get(30, TimeUnit.SECONDS);
	}

	private TaskInfo seen(String id) {
		return this.kiwi.admin().task(id).orElseThrow();
	}

	private KiwiCommunicator connect(int maxTasks) {
		Transport transport = new InProcessTransport(this.broker);
		TaskTransport tasks = proxy(TaskTransport.class, transport.tasks(), "capability", (type) -> {
			if (type == TaskStates.class) {
				return Optional.empty();
			}
			return (type == TaskEvents.class) ? Optional.of(this.kept)
					: transport.tasks().capability((Class<?>) requireNonNull(type));
		});
		return KiwiCommunicatorBuilder.with(proxy(Transport.class, transport, "tasks", (nothing) -> tasks))
			.administration(
					AdminSettings.defaults().withAnswerTimeout(Duration.ofMillis(100)).withViewedTasks(maxTasks))
			.observer(this.recorder)
			.build();
	}

	private static <T> T proxy(Class<T> type, T target, String replaced, UnaryOperator<Object> with) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, given) -> method.getName().equals(replaced)
						? with.apply((given != null) ? given[0] : "") : method.invoke(target, given)));
	}

	/**
	 * How events are kept.
	 */
	private enum Mode {

		FINE, SILENT, BROKEN

	}

	/**
	 * A log in memory.
	 */
	private static final class Kept implements TaskEvents {

		private final Queue<byte[]> events = new ConcurrentLinkedQueue<>();

		private volatile Mode mode = Mode.FINE;

		private volatile Consumer<byte[]> reader = (event) -> {
		};

		@Override
		public Duration timeToLive() {
			return Duration.ofDays(1);
		}

		@Override
		public synchronized CompletableFuture<Void> append(byte[] event) {
			return switch (this.mode) {
				case SILENT -> new CompletableFuture<>();
				case BROKEN -> CompletableFuture.failedFuture(new KiwiException("no room"));
				case FINE -> {
					this.events.add(event);
					this.reader.accept(event);
					yield CompletableFuture.completedFuture(null);
				}
			};
		}

		@Override
		public synchronized Subscription follow(Instant since, Consumer<byte[]> listener) {
			this.events.forEach(listener);
			this.reader = listener;
			return new Following();
		}

	}

	private record Following() implements Subscription {

		@Override
		public String identifier() {
			return "events";
		}

		@Override
		public CompletionStage<Void> ready() {
			return CompletableFuture.completedStage(null);
		}

		@Override
		public boolean isServed() {
			return true;
		}

		@Override
		public void close() {
		}

		@Override
		public CompletionStage<Void> ended() {
			return CompletableFuture.completedStage(null);
		}

	}

}
