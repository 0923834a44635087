package dev.kiwi.amqp;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import com.rabbitmq.client.Channel;
import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.DeadLetter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RemoteException;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskHandler;
import dev.kiwi.TaskRejectedException;
import dev.kiwi.UnroutableException;
import dev.kiwi.amqp.kiwipy.Tuple;
import dev.kiwi.amqp.kiwipy.YamlPayloadCodec;
import dev.kiwi.codec.JacksonPayloadCodec;
import dev.kiwi.codec.PayloadCodec;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Java and Python on the same queues, each in each role.
 */
@Timeout(60)
class KiwiPyInteropTests {

	private static final Map<String, Object> NO_MORE = Map.of();

	private final String prefix = "p" + UUID.randomUUID().toString().substring(0, 8);

	private final CachingConnectionFactory factory = new CachingConnectionFactory(Brokers.shared().uri());

	private final List<KiwiCommunicator> communicators = new ArrayList<>();

	private KiwiPyPeer python;

	private KiwiCommunicator java;

	@BeforeEach
	void connect() throws Exception {
		this.python = new KiwiPyPeer(Brokers.shared().uri().toString(), this.prefix);
		this.java = java((settings) -> settings, new YamlPayloadCodec(), new JacksonPayloadCodec());
	}

	private KiwiCommunicator java(UnaryOperator<EngineSettings> settings, PayloadCodec... codecs) {
		AmqpSettings amqp = AmqpSettings.DEFAULTS.withNamespace(this.prefix)
			.withKiwiPy(new KiwiPySettings(this.prefix + ".tasks", this.prefix + ".messages", this.prefix + ".tasks",
					EngineSettings.defaults().defaultQueue(), Duration.ofDays(7)));
		KiwiCommunicatorBuilder builder = KiwiCommunicatorBuilder.with(new AmqpTransport(this.factory, amqp))
			.settings(settings.apply(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2))));
		Arrays.stream(codecs).forEach(builder::codec);
		KiwiCommunicator communicator = builder.build();
		this.communicators.add(communicator);
		return communicator;
	}

	@AfterEach
	void disconnect() throws Exception {
		if (this.python != null) {
			this.python.close();
		}
		this.communicators.forEach(KiwiCommunicator::close);
		Leftovers.delete(this.factory, this.prefix, this.prefix + ".tasks");
		this.factory.destroy();
	}

	@Test
	void everyValueOfPythonsComesBackFromAJavaWorkerAsItWas() throws Exception {
		work(Object.class, (payload, context) -> payload);
		for (String yaml : List.of("null\n...\n", "''\n", "'yes'\n", "'0123'\n", "1e5\n...\n", "'12:30'\n", "'null'\n",
				"'2026-01-02'\n", "'~'\n", "'='\n", "1180591620717411303424\n...\n", "1.0e+300\n...\n", ".nan\n...\n",
				"-.inf\n...\n", "2026-01-02\n...\n", "2026-01-02 03:04:05.678000\n...\n",
				"2026-01-02 03:04:05+05:30\n...\n", "!!binary |\n  AAH/\n", "!!python/tuple\n- 1\n- b\n",
				"!!set\n1: null\n", "? !!python/tuple\n- 1\n- 2\n: a\n", "1:\n  2: three\n",
				"- &id001\n  - 1\n- *id001\n", "\"kiwi \\xE9\\u4F60\\U0001F95D\\0\\x7F\\n\"\n")) {
			this.python.tellYaml("task", "echo", yaml, NO_MORE);
			List<?> reply = (List<?>) this.python.hear("reply");
			Object result = ((Map<?, ?>) reply.get(1)).get("result");
			assertThat(new YamlPayloadCodec().encode(result)).asString().isEqualTo(yaml);
		}
	}

	@Test
	void everyValueOfJavasComesBackFromAPythonWorkerAsItWas() throws Exception {
		pythonWorks();
		List<Object> values = Arrays.asList(null, true, "yes", "0123", "1e5", "12:30", "null", "2026-01-02", "~", "=",
				"", "é🥝\0\n", BigInteger.TWO.pow(70), 1e16, 5e-324, Double.NaN, Double.NEGATIVE_INFINITY,
				new byte[] { 0, -1 }, LocalDate.of(2026, 1, 2), LocalDateTime.of(2026, 1, 2, 3, 4, 5, 678_000_000),
				OffsetDateTime.parse("2026-01-02T03:04:05+05:30"), Tuple.of(1, "b"), Set.of(1),
				Map.of(Tuple.of(1, 2), Map.of(1, List.of())));
		for (Object value : values) {
			assertThat(get(this.java.sendTask(Task.of(value), Object.class).result())).isEqualTo(value);
			this.python.hear("task");
		}
	}

	@Test
	void recordsMapFromAndToPythonsDictionaries() throws Exception {
		work(Job.class, (job, context) -> new Job(job.name() + "!", job.count() + 1));
		this.python.tellYaml("task", "job", "{name: 'yes', count: 41}", NO_MORE);
		assertThat(this.python.reply("job")).isEqualTo("result:\n  count: 42\n  name: yes!\n");
	}

	@Test
	void aJavaWorkerTellsPythonOfEachKindOfOutcome() throws Exception {
		work(String.class, (payload, context) -> switch (payload) {
			case "fail" -> throw new IllegalStateException("boom: bad");
			case "later" -> CompletableFuture.supplyAsync(() -> "done later",
					CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
			case "cancel" -> throw new CancellationException("enough");
			default -> payload;
		});
		this.python.tell("task", "fail", "fail", NO_MORE);
		assertThat(this.python.reply("fail")).isEqualTo("exception: 'boom: bad'\n");
		this.python.tell("task", "later", "later", NO_MORE);
		assertThat(this.python.reply("later")).isEqualTo("pending: null\n");
		assertThat(this.python.reply("later")).isEqualTo("result: done later\n");
		this.python.tell("task", "cancel", "cancel", NO_MORE);
		assertThat(this.python.reply("cancel")).isEqualTo("cancelled: enough\n");
		this.python.tell("task", "silent", "silent", Map.of("no_reply", true));
		this.python.tell("task", "last", "last", NO_MORE);
		assertThat(this.python.reply("last")).isEqualTo("result: last\n");
	}

	@Test
	void aPythonWorkerTellsJavaOfEachKindOfOutcome() throws Exception {
		pythonWorks();
		TaskHandle<String> failing = this.java.sendTask(Task.of("fail"), String.class);
		assertThatThrownBy(() -> get(failing.result())).isInstanceOf(ExecutionException.class)
			.hasCauseInstanceOf(RemoteException.class)
			.hasMessageContaining("boom: bad");
		assertThat(get(this.java.sendTask(Task.of("later"), String.class).result())).isEqualTo("done later");
		TaskHandle<String> cancelled = this.java.sendTask(Task.of("cancel"), String.class);
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> get(cancelled.result()));
		get(this.java.sendTask(Task.of("silent")).accepted());
		get(this.java.sendTask(Task.of("delayed").withDelay(Duration.ofMillis(300))).accepted());
		for (String task : List.of("fail", "later", "cancel", "silent", "delayed")) {
			assertThat(this.python.hear("task")).isEqualTo(task);
		}
	}

	@Test
	void whatAPythonWorkerRejectsGoesToAJavaWorker() throws Exception {
		pythonWorks();
		TaskHandle<String> task = this.java.sendTask(Task.of("reject"), String.class);
		assertThat(this.python.hear("task")).isEqualTo("reject");
		work(String.class, (payload, context) -> "taken");
		assertThat(get(task.result())).isEqualTo("taken");
	}

	@Test
	void whatAJavaWorkerRejectsComesAgain() throws Exception {
		BlockingQueue<String> seen = new LinkedBlockingQueue<>();
		work(String.class, (payload, context) -> {
			seen.add(payload);
			if (seen.size() == 1) {
				throw new TaskRejectedException("not yet");
			}
			return seen.size();
		});
		this.python.tell("task", "reject", "x", NO_MORE);
		assertThat(this.python.reply("reject")).isEqualTo("result: 2\n");
	}

	@Test
	void aFailingTaskIsTriedAgainAndPythonHearsOfItsEndOnly() throws Exception {
		KiwiCommunicator worker = java(
				(settings) -> settings.withTasks(
						settings.tasks().withRetry(3, new Backoff(Duration.ofMillis(100), 1, Duration.ofSeconds(1)))),
				new YamlPayloadCodec());
		ready(worker.addTaskSubscriber(EngineSettings.defaults().defaultQueue(), String.class, (payload, context) -> {
			if (context.attempt() < 3) {
				throw new IllegalStateException("again");
			}
			context.progress(0.5, "half");
			return context.attempt();
		}));
		this.python.tell("task", "retried", "x", NO_MORE);
		assertThat(this.python.reply("retried")).isEqualTo("result: 3\n");
	}

	@Test
	void whatIsNotToBeTrustedIsAClearErrorAndADeadLetter() throws Exception {
		work(Object.class, (payload, context) -> payload);
		this.python.tellYaml("raw", "tag", "- !!python/object/apply:os.system [id]\n- false\n", NO_MORE);
		assertThat(this.python.reply("tag")).startsWith("exception:").contains("python/object/apply:os.system");
		StringBuilder bomb = new StringBuilder("- - &a0 [x, x]\n");
		for (int level = 1; level < 60; level++) {
			bomb.append("  - &a%d [*a%d, *a%d]%n".formatted(level, level - 1, level - 1));
		}
		this.python.tellYaml("raw", "bomb", bomb + "- false\n", NO_MORE);
		assertThat(this.python.reply("bomb")).startsWith("exception:").contains("aliases");
		this.python.tellYaml("raw", "garbage", "a: [", NO_MORE);
		assertThat(this.python.reply("garbage")).startsWith("exception:").contains("no YAML");
		List<DeadLetter> letters = this.java.deadLetters().list();
		assertThat(letters).hasSize(3)
			.allSatisfy((letter) -> assertThat(letter.queue()).isEqualTo(EngineSettings.defaults().defaultQueue()));
	}

	@Test
	void oneJavaQueueServesJavaAndPythonEachInItsFormat() throws Exception {
		work(Job.class, (job, context) -> new Job(job.name(), job.count() + 1));
		KiwiCommunicator json = java((settings) -> settings, new JacksonPayloadCodec());
		assertThat(get(json.sendTask(Task.of(new Job("j", 1)), Job.class).result())).isEqualTo(new Job("j", 2));
		assertThat(get(this.java.sendTask(Task.of(new Job("y", 1)), Job.class).result())).isEqualTo(new Job("y", 2));
		this.python.tellYaml("task", "py", "{name: p, count: 1}", NO_MORE);
		assertThat(this.python.reply("py")).isEqualTo("result:\n  count: 2\n  name: p\n");
	}

	@Test
	void anExistingQueueIsAdoptedAndStaysAsItIs() throws Exception {
		try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
			channel.queueDeclare(this.prefix + ".tasks", true, false, false, Map.of("x-message-ttl", 60_000));
		}
		work(String.class, (payload, context) -> payload);
		this.python.tell("task", "adopted", "x", NO_MORE);
		assertThat(this.python.reply("adopted")).isEqualTo("result: x\n");
		try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
			channel.queueDeclare(this.prefix + ".tasks", true, false, false, Map.of("x-message-ttl", 60_000));
		}
	}

	@Test
	void pythonCallsJava() throws Exception {
		ready(this.java.addRpcSubscriber(RpcEndpoint.of("java.echo"), String.class,
				(message, context) -> switch (message) {
					case "fail" -> throw new IllegalStateException("cannot pause");
					case "later" -> CompletableFuture.supplyAsync(() -> true,
							CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
					default -> message;
				}));
		Map<String, Object> echo = Map.of("identifier", "java.echo");
		this.python.tell("rpc", "echo", "0123", echo);
		assertThat(this.python.reply("echo")).isEqualTo("result: '0123'\n");
		this.python.tell("rpc", "fail", "fail", echo);
		assertThat(this.python.reply("fail")).isEqualTo("exception: cannot pause\n");
		this.python.tell("rpc", "later", "later", echo);
		assertThat(this.python.reply("later")).isEqualTo("pending: null\n");
		assertThat(this.python.reply("later")).isEqualTo("result: true\n");
		this.python.tell("rpc", "lost", "x", Map.of("identifier", "nobody"));
		assertThat(this.python.hear("returned")).isEqualTo("lost");
	}

	@Test
	void javaCallsPython() throws Exception {
		this.python.tell("serve", "py", null, Map.of("identifier", "py.echo"));
		this.python.hear("serving");
		assertThat(get(this.java.callRpc("py.echo", Map.of("intent", "pause"), Map.class)))
			.isEqualTo(Map.of("intent", "pause"));
		assertThat(get(this.java.callRpc(RpcCall.of("py.echo", "later"), String.class))).isEqualTo("done later");
		assertThatThrownBy(() -> get(this.java.callRpc("py.echo", "fail", String.class)))
			.hasCauseInstanceOf(RemoteException.class)
			.hasMessageContaining("boom: bad");
		assertThatExceptionOfType(CancellationException.class)
			.isThrownBy(() -> get(this.java.callRpc("py.echo", "cancel", String.class)));
		assertThatThrownBy(() -> get(this.java.callRpc("nobody", "x", String.class)))
			.hasCauseInstanceOf(UnroutableException.class);
	}

	@Test
	void broadcastsGoBothWaysThroughTheirFilters() throws Exception {
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		ready(this.java.addBroadcastSubscriber(BroadcastFilter.subject("state.*").sender("proc-?", "proc-1"),
				Object.class, (body, broadcast) -> heard.add(broadcast.subject() + " " + broadcast.sender() + " "
						+ broadcast.correlationId() + " " + body)));
		this.python.tell("listen", "py", null, NO_MORE);
		this.python.hear("listening");
		this.python.tell("broadcast", "1", Map.of("subject", "other", "sender", "proc-1", "body", 1), NO_MORE);
		this.python.tell("broadcast", "2", Map.of("subject", "state.a.b", "sender", "proc-2", "body", 2), NO_MORE);
		this.python.tell("broadcast", "3", Map.of("body", 3), NO_MORE);
		this.python.tell("broadcast", "4",
				Map.of("subject", "state.a.b", "sender", "proc-1", "body", "yes", "correlation_id", "c-1"), NO_MORE);
		assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("state.a.b proc-1 c-1 yes");
		for (int count = 0; count < 4; count++) {
			this.python.hear("heard");
		}
		get(this.java.sendBroadcast(Broadcast.of("state.c", Map.of("why", "null")).from("proc-1")));
		assertThat(this.python.hearYaml("heard"))
			.isEqualTo("body:\n  why: 'null'\ncorrelation_id: null\nsender: proc-1\nsubject: state.c\n");
		assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("state.c proc-1 null {why=null}");
		assertThat(heard).isEmpty();
	}

	private <T> void work(Class<T> type, TaskHandler<T> handler) throws Exception {
		ready(this.java.addTaskSubscriber(EngineSettings.defaults().defaultQueue(), type, handler));
	}

	private void pythonWorks() throws IOException {
		this.python.tell("work", "py", Map.of("x-message-ttl", 604_800_000), NO_MORE);
		this.python.hear("working");
	}

	private static void ready(Subscription subscription) throws Exception {
		get(subscription.ready().toCompletableFuture());
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(20, TimeUnit.SECONDS);
	}

	record Job(String name, int count) {
	}

}
