package dev.kiwi.boot.jvms;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One trace, in W3C's headers, runs from a web request over the task that it sends to the
 * call that the task's handler makes, through three JVMs with Boot's own tracing by
 * OpenTelemetry.
 */
@Timeout(180)
class TraceOverJvmsTests {

	private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static final String CLIENT_SPAN = "00f067aa0ba902b7";

	private final Broker broker = Brokers.shared();

	private final String namespace = "j" + UUID.randomUUID().toString().substring(0, 8);

	@Test
	void fromAWebRequestOverATaskToACall() throws Exception {
		try (ApplicationJvm web = start(Web.class, "servlet");
				ApplicationJvm worker = start(Worker.class, "none");
				ApplicationJvm callee = start(Callee.class, "none")) {
			Stream.of(web, worker, callee).forEach(ApplicationJvm::started);
			int port = web.line((line) -> line.startsWith("PORT ") ? Integer.valueOf(line.substring(5)) : null);
			HttpResponse<String> response = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/relax"))
					.header("traceparent", "00-" + TRACE + "-" + CLIENT_SPAN + "-01")
					.timeout(Duration.ofSeconds(60))
					.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(response.body()).isEqualTo("42");
			await().atMost(30, TimeUnit.SECONDS).until(() -> spans(web, worker, callee).size() == 5);
			Span request = only(web, "http get /relax", CLIENT_SPAN);
			Span send = only(web, "traced send", request.id());
			Span process = only(worker, "traced process", send.id());
			Span call = only(worker, "rpc call", process.id());
			only(callee, "rpc process", call.id());
		}
	}

	private ApplicationJvm start(Class<?> application, String type) throws Exception {
		return ApplicationJvm.start(application, this.broker, this.namespace,
				"--spring.main.web-application-type=" + type, "--server.port=0",
				"--management.tracing.sampling.probability=1");
	}

	private static Span only(ApplicationJvm jvm, String name, String parent) {
		return assertThat(spans(jvm)).filteredOn((span) -> span.name().equals(name))
			.singleElement()
			.satisfies((span) -> assertThat(span.parent()).as(name).isEqualTo(parent))
			.actual();
	}

	private static List<Span> spans(ApplicationJvm... jvms) {
		List<Span> spans = new ArrayList<>();
		for (ApplicationJvm jvm : jvms) {
			spans.addAll(jvm.lines(Span::of));
		}
		spans.removeIf((span) -> !span.trace().equals(TRACE));
		return spans;
	}

	record Span(String trace, String id, String parent, String name) {

		static Span of(String line) {
			String[] parts = line.split(" ", 5);
			return (parts.length == 5 && parts[0].equals("SPAN")) ? new Span(parts[1], parts[2], parts[3], parts[4])
					: null;
		}

	}

	/** Writes spans where the test reads them. */
	static class Written implements SpanExporter {

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			for (SpanData span : spans) {
				System.out.println("SPAN " + span.getTraceId() + " " + span.getSpanId() + " " + span.getParentSpanId()
						+ " " + span.getName());
			}
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

	@RestController
	@EnableAutoConfiguration
	static class Web {

		private final KiwiCommunicator kiwi;

		Web(KiwiCommunicator kiwi) {
			this.kiwi = kiwi;
		}

		@Bean
		static SpanProcessor spans() {
			return SimpleSpanProcessor.create(new Written());
		}

		@EventListener
		void listening(ServletWebServerInitializedEvent event) {
			System.out.println("PORT " + event.getWebServer().getPort());
		}

		@GetMapping("/relax")
		String relax() throws Exception {
			return this.kiwi.sendTask("traced", 21, Integer.class).result().get(60, TimeUnit.SECONDS).toString();
		}

	}

	@EnableAutoConfiguration
	static class Worker {

		@Bean
		static SpanProcessor spans() {
			return SimpleSpanProcessor.create(new Written());
		}

		@KiwiTask("traced")
		int relax(int number, KiwiCommunicator kiwi) throws Exception {
			return kiwi.callRpc("double", number, Integer.class).get(30, TimeUnit.SECONDS);
		}

	}

	@EnableAutoConfiguration
	static class Callee {

		@Bean
		static SpanProcessor spans() {
			return SimpleSpanProcessor.create(new Written());
		}

		@KiwiRpc("double")
		int twice(int number) {
			return 2 * number;
		}

	}

}
