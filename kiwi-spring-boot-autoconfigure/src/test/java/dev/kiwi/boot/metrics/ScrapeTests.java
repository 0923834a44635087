package dev.kiwi.boot.metrics;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskHandle;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * An application on RabbitMQ, as Prometheus and an orchestrator see it after known work.
 */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScrapeTests {

	private static final Semaphore release = new Semaphore(0);

	private static ConfigurableApplicationContext application;

	@BeforeAll
	static void start() {
		Broker broker = Brokers.shared();
		application = SpringApplication.run(Works.class, "--server.port=0", "--spring.main.banner-mode=off",
				"--kiwi.namespace=s" + UUID.randomUUID().toString().substring(0, 8),
				"--spring.rabbitmq.host=" + broker.host(), "--spring.rabbitmq.port=" + broker.port(),
				"--management.endpoints.web.exposure.include=health,prometheus",
				"--management.endpoint.health.show-details=always", "--management.endpoint.health.probes.enabled=true",
				"--kiwi.tasks.retry.max-attempts=3", "--kiwi.tasks.retry.delay=10ms", "--kiwi.beacon.interval=500ms",
				"--management.metrics.distribution.percentiles-histogram.kiwi.task=true",
				"--kiwi.tasks.queues.hang.stuck-after=500ms", "--kiwi.watchdog.broken-after=1s");
	}

	@AfterAll
	static void stop() {
		release.release(10);
		application.close();
	}

	@Test
	@Order(1)
	void whatRanIsWhatIsScraped() throws Exception {
		KiwiCommunicator kiwi = application.getBean(KiwiCommunicator.class);
		for (int number = 0; number < 3; number++) {
			assertThat(kiwi.sendTask("fine", "x", String.class).result().get(20, TimeUnit.SECONDS)).isEqualTo("x");
		}
		failing(kiwi.sendTask("flaky", "x", String.class));
		for (int number = 0; number < 2; number++) {
			assertThat(kiwi.callRpc("ask", "yes", String.class).get(20, TimeUnit.SECONDS)).isEqualTo("yes");
		}
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> kiwi.callRpc("ask", "no", String.class).get(20, TimeUnit.SECONDS));
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> kiwi.callRpc("nobody", "x", String.class).get(20, TimeUnit.SECONDS));
		kiwi.sendBroadcast("news", "x").get(20, TimeUnit.SECONDS);
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			String scraped = get("/actuator/prometheus").body();
			assertThat(value(scraped, "kiwi_task_seconds_count", "queue=\"fine\"", "outcome=\"succeeded\""))
				.isEqualTo(3);
			assertThat(value(scraped, "kiwi_task_send_seconds_count", "queue=\"fine\"")).isEqualTo(3);
			assertThat(value(scraped, "kiwi_task_seconds_count", "queue=\"flaky\"", "outcome=\"retried\"",
					"error=\"IllegalStateException\""))
				.isEqualTo(2);
			assertThat(value(scraped, "kiwi_task_seconds_count", "queue=\"flaky\"", "outcome=\"buried\"")).isEqualTo(1);
			assertThat(value(scraped, "kiwi_tasks_retried_total", "queue=\"flaky\"")).isEqualTo(2);
			assertThat(value(scraped, "kiwi_tasks_retried_total", "queue=\"fine\"")).isZero();
			assertThat(value(scraped, "kiwi_tasks_dead_lettered_total", "queue=\"flaky\"")).isEqualTo(1);
			assertThat(value(scraped, "kiwi_tasks_running", "queue=\"fine\"")).isZero();
			assertThat(value(scraped, "kiwi_tasks_pending")).isZero();
			assertThat(value(scraped, "kiwi_rpc_seconds_count", "outcome=\"succeeded\"")).isEqualTo(2);
			assertThat(value(scraped, "kiwi_rpc_seconds_count", "outcome=\"failed\"")).isEqualTo(1);
			assertThat(value(scraped, "kiwi_rpc_pending")).isZero();
			assertThat(value(scraped, "kiwi_unroutable_total", "kind=\"rpc\"")).isEqualTo(1);
			assertThat(value(scraped, "kiwi_broadcast_seconds_count", "outcome=\"succeeded\"")).isEqualTo(1);
			assertThat(value(scraped, "kiwi_amqp_unconfirmed")).isZero();
			assertThat(value(scraped, "kiwi_beacon_age_seconds")).isBetween(0d, 5d);
		});
	}

	@Test
	@Order(2)
	void everyMeterThatIsDocumentedIsThere() throws Exception {
		String scraped = get("/actuator/prometheus").body();
		List<String> documented = Pattern.compile("(?m)^\\| `(kiwi\\.[a-z.]+)` \\|")
			.matcher(Files.readString(Path.of("..", "docs", "observability.md")).split("## Traces")[0])
			.results()
			.map((found) -> found.group(1).replace('.', '_'))
			.toList();
		assertThat(documented).hasSizeGreaterThan(15)
			.allSatisfy((name) -> assertThat(scraped).containsPattern("(?m)^" + name + "[_{ ]"));
	}

	@Test
	@Order(2)
	void whatAlertsNameIsThere() throws Exception {
		String scraped = get("/actuator/prometheus").body();
		List<String> named = Pattern.compile("kiwi_[a-z]+_[a-z_]+")
			.matcher(Files.readString(Path.of("..", "docs", "production.md")))
			.results()
			.map(MatchResult::group)
			.distinct()
			.toList();
		assertThat(named).hasSizeGreaterThan(9)
			.allSatisfy((name) -> assertThat(scraped).containsPattern("(?m)^" + name + "[{ ]"));
	}

	@Test
	@Order(3)
	void aStuckHandlerIsSeenAndThenTheProcessIsNoLongerAlive() throws Exception {
		assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
		TaskHandle<String> handle = application.getBean(KiwiCommunicator.class).sendTask("hang", "x", String.class);
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			String health = get("/actuator/health").body();
			assertThat(health).contains("\"stuck\":[{", handle.id(), "\"answered\":{", "\"consuming\"");
			assertThat(value(get("/actuator/prometheus").body(), "kiwi_tasks_stuck_total", "queue=\"hang\""))
				.isEqualTo(1);
			assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(503);
			assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
		});
	}

	private static void failing(TaskHandle<String> handle) {
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> handle.result().get(20, TimeUnit.SECONDS));
	}

	private static double value(String scraped, String name, String... labels) {
		return Pattern.compile("(?m)^" + name + "(?:\\{(.*)})? (\\S+)$")
			.matcher(scraped)
			.results()
			.filter((line) -> List.of(labels).stream().allMatch((label) -> labelsOf(line).contains(label)))
			.mapToDouble((line) -> Double.parseDouble(line.group(2)))
			.sum();
	}

	private static String labelsOf(MatchResult line) {
		return (line.group(1) != null) ? line.group(1) : "";
	}

	private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
		int port = ((WebServerApplicationContext) application).getWebServer().getPort();
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
					HttpResponse.BodyHandlers.ofString());
	}

	@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
	static class Works {

		@KiwiTask("fine")
		String fine(String text) {
			return text;
		}

		@KiwiTask("flaky")
		String flaky(String text, TaskContext task) {
			throw new IllegalStateException("attempt " + task.attempt());
		}

		@KiwiTask("hang")
		String hang(String text) throws InterruptedException {
			release.acquire();
			return text;
		}

		@KiwiRpc("ask")
		String ask(String text) {
			if (text.equals("no")) {
				throw new IllegalArgumentException(text);
			}
			return text;
		}

		@KiwiBroadcast(filter = "news")
		void news(String text) {
		}

	}

}
