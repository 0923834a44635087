package dev.kiwi.amqp.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.TaskInfo;
import dev.kiwi.amqp.AmqpEventSettings;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.engine.AdminSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.faults.Jvm;
import dev.kiwi.transport.TaskEvents;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/**
 * A sender, a worker or an operator in a JVM of its own, that writes events of tasks and
 * can end, as by kill -9, right before or after one.
 */
final class EventJvm {

	static final String QUEUE = "slow";

	private EventJvm() {
	}

	/**
	 * Starts one.
	 * @param role what it does: work until a file is there, send one task, or ask for a
	 * task whose id the file holds, and write the answer beside it
	 * @param end before which event it ends, or with a + after which one, such as
	 * {@code SUCCEEDED+}; empty for none. The event is left in the file
	 */
	static Jvm start(URI broker, String namespace, Role role, String end, Path file) throws IOException {
		return Jvm.start(EventJvm.class, broker.toString(), namespace, role.name(), end, file.toString());
	}

	static KiwiCommunicator connect(URI broker, String namespace, String end, Path file) {
		Transport transport = new AmqpTransport(new CachingConnectionFactory(broker),
				AmqpSettings.DEFAULTS.withNamespace(namespace).withTaskEvents(AmqpEventSettings.DEFAULTS));
		return KiwiCommunicatorBuilder.with(end.isEmpty() ? transport : ending(transport, end, file))
			.administration(AdminSettings.defaults().withAnswerTimeout(Duration.ofMillis(400)))
			.build();
	}

	public static void main(String[] arguments) throws Exception {
		Path file = Path.of(arguments[4]);
		CountDownLatch parentGone = new CountDownLatch(1);
		try (KiwiCommunicator kiwi = connect(URI.create(arguments[0]), arguments[1], arguments[3], file)) {
			switch (Role.valueOf(arguments[2])) {
				case WORK -> {
					// what is begun in the first half second is written after it
					kiwi.admin().task("none-1");
					kiwi.addTaskSubscriber(QUEUE, String.class, (text, task) -> {
						task.progress(0.5, "half");
						while (!Files.exists(file)) {
							if (parentGone.await(20, TimeUnit.MILLISECONDS)) {
								throw new IllegalStateException("The test is over");
							}
						}
						return text;
					});
				}
				case SEND -> kiwi.sendTask(QUEUE, "x");
				case ASK -> {
					TaskInfo task = kiwi.admin().task(Files.readString(file)).orElseThrow();
					Path answer = Files.writeString(file.resolveSibling("answer.part"),
							task.state() + " " + (task.worker() != null ? task.worker().pid() : null));
					Files.move(answer, file.resolveSibling("answer"));
				}
			}
			while (System.in.read() >= 0) {
				continue;
			}
			parentGone.countDown();
		}
	}

	private static Transport ending(Transport transport, String end, Path file) {
		TaskTransport tasks = transport.tasks();
		TaskTransport ending = proxy(TaskTransport.class, tasks, "capability",
				(type) -> (type == TaskEvents.class)
						? tasks.capability(TaskEvents.class).map((events) -> new Ending(events, end, file))
						: tasks.capability((Class<?>) type));
		return proxy(Transport.class, transport, "tasks", (nothing) -> ending);
	}

	private static <T> T proxy(Class<T> type, T target, String replaced, Function<Object, Object> with) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, given) -> method.getName().equals(replaced)
						? with.apply((given != null) ? given[0] : "") : method.invoke(target, given)));
	}

	/**
	 * What a process is for.
	 */
	enum Role {

		WORK, SEND, ASK

	}

	private record Ending(TaskEvents events, String end, Path file) implements TaskEvents {

		@Override
		public Duration timeToLive() {
			return this.events.timeToLive();
		}

		@Override
		public CompletableFuture<Void> append(byte[] event) {
			String text = new String(event, StandardCharsets.UTF_8);
			String state = this.end.replace("+", "");
			if (!text.contains("\"state\":\"" + state + "\"")) {
				return this.events.append(event);
			}
			if (this.end.equals(state)) {
				end(text);
			}
			return this.events.append(event).thenRun(() -> end(text));
		}

		private void end(String event) {
			try {
				Files.writeString(this.file.resolveSibling("event"), event);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			Runtime.getRuntime().halt(137);
		}

		@Override
		public Subscription follow(Instant since, Consumer<byte[]> listener) {
			return this.events.follow(since, listener);
		}

	}

}
