package dev.kiwi.boot.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.database.Databases;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One trace runs from whoever sends over the message to the handler and what it sends.
 */
class TraceTests {

	private final SimpleTracer tracer = new SimpleTracer();

	private final ObservationRegistry registry = registry(this.tracer);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class, KiwiObservationAutoConfiguration.class))
		.withBean(ObservationRegistry.class, () -> this.registry);

	@Test
	void oneTraceRunsFromTheRequestOverTheTaskToWhatItsHandlerCalls() {
		this.runner.withPropertyValues("kiwi.transport=in-process").run(this::traced);
	}

	@Test
	void itRunsThroughRabbitToo() {
		Broker broker = Brokers.shared();
		this.runner.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class))
			.withPropertyValues("spring.rabbitmq.host=" + broker.host(), "spring.rabbitmq.port=" + broker.port())
			.run(this::traced);
	}

	@Test
	void itRunsThroughPostgreSqlFromOneProcessToAnother() {
		ApplicationContextRunner process = this.runner
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
			.withPropertyValues("kiwi.transport=jdbc", "kiwi.namespace=traced", "kiwi.jdbc.initialize-schema=always",
					"spring.datasource.url=" + Databases.postgreSql());
		process.run((sender) -> process.run((worker) -> traced(sender, worker)));
	}

	private void traced(ApplicationContext context) {
		traced(context, context);
	}

	private void traced(ApplicationContext sender, ApplicationContext worker) {
		KiwiCommunicator kiwi = worker.getBean(KiwiCommunicator.class);
		CompletableFuture<String> traceparent = new CompletableFuture<>();
		Subscription serving = kiwi.addRpcSubscriber("boot.double", Integer.class, (message, call) -> 2 * message);
		await().until(() -> serving.ready().toCompletableFuture().isDone());
		kiwi.addTaskSubscriber("boot.traced", Integer.class, (payload, task) -> {
			traceparent.complete(task.headers().get("traceparent"));
			return kiwi.callRpc("boot.double", payload, Integer.class).get(10, TimeUnit.SECONDS);
		});
		KiwiCommunicator sending = sender.getBean(KiwiCommunicator.class);
		TaskHandle<Integer> handle = Observation.createNotStarted("request", this.registry)
			.observe(() -> sending.sendTask(Task.of("boot.traced", 21), Integer.class));
		assertThat(handle.result()).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(42);
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.tracer.getSpans()).hasSize(5)
				.allSatisfy((span) -> assertThat(span.getEndTimestamp().toEpochMilli()).isPositive()));
		SimpleSpan request = span("request");
		SimpleSpan send = childOf(request, "boot.traced send", Span.Kind.PRODUCER);
		SimpleSpan process = childOf(send, "boot.traced process", Span.Kind.CONSUMER);
		SimpleSpan call = childOf(process, "rpc call", Span.Kind.CLIENT);
		childOf(call, "rpc process", Span.Kind.SERVER);
		assertThat(traceparent.join()).isEqualTo("00-" + send.getTraceId() + "-" + send.getSpanId() + "-01");
		assertThat(process.getTags()).containsEntry("queue", "boot.traced")
			.containsEntry("outcome", "succeeded")
			.containsEntry("kiwi.attempt", "1")
			.containsKey("kiwi.id");
		assertThat(call.getTags()).containsEntry("kiwi.identifier", "boot.double");
	}

	private SimpleSpan childOf(SimpleSpan parent, String name, Span.Kind kind) {
		SimpleSpan child = span(name);
		assertThat(child.getTraceId()).isEqualTo(parent.getTraceId());
		assertThat(child.getParentId()).isEqualTo(parent.getSpanId());
		assertThat(child.getKind()).isEqualTo(kind);
		return child;
	}

	private SimpleSpan span(String name) {
		return this.tracer.getSpans()
			.stream()
			.filter((span) -> name.equals(span.getName()))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No span " + name + " in " + this.tracer.getSpans()));
	}

	private static ObservationRegistry registry(SimpleTracer tracer) {
		ObservationRegistry registry = ObservationRegistry.create();
		Propagator propagator = new W3cPropagator(tracer);
		registry.observationConfig()
			.observationHandler(new FirstMatchingCompositeObservationHandler(
					new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
					new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
					new DefaultTracingObservationHandler(tracer)));
		return registry;
	}

	/** As the propagators of real tracers do. */
	private record W3cPropagator(SimpleTracer tracer) implements Propagator {

		private static final String HEADER = "traceparent";

		@Override
		public List<String> fields() {
			return List.of(HEADER);
		}

		@Override
		public <C> void inject(TraceContext context, @Nullable C carrier, Setter<C> setter) {
			setter.set(carrier, HEADER, "00-" + context.traceId() + "-" + context.spanId() + "-01");
		}

		@Override
		public <C> Span.Builder extract(C carrier, Getter<C> getter) {
			Span.Builder builder = this.tracer.spanBuilder();
			String header = getter.get(carrier, HEADER);
			if (header != null) {
				String[] parts = header.split("-");
				builder.setParent(this.tracer.traceContextBuilder().traceId(parts[1]).spanId(parts[2]).build());
			}
			return builder;
		}

	}

}
