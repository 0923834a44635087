package dev.kiwi.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What Prometheus and an operator see of a sweep is what the sweep says itself.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class SweepScrapedTests {

	@TempDir
	private Path directory;

	@Test
	void whatIsScrapedIsWhatRan(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext sample = SpringApplication.run(SampleApplication.class,
				"--spring.profiles.active=web", "--server.port=0", "--sweep.to=5", "--sweep.seeds=1",
				"--sweep.failures.3=3", "--spring.datasource.url=" + SweepStoppedTests.url(this.directory))) {
			assertThat(output).contains("4 searches, 0 of them sent before");
			int changes = lines(output, "^state_changed\\.");
			int failed = lines(output, ": attempt \\d failed");
			assertThat(lines(output, "^Dead letter .*: relaunched$")).isEqualTo(1);
			assertThat(failed).isEqualTo(2);
			assertThat(changes).isEqualTo(8);
			await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
				String scraped = get(sample, "/actuator/prometheus");
				assertThat(value(scraped, "kiwi_task_send_seconds_count", "queue=\"cluster-search\"")).isEqualTo(4);
				assertThat(value(scraped, "kiwi_task_seconds_count", "outcome=\"succeeded\"")).isEqualTo(4);
				assertThat(value(scraped, "kiwi_task_seconds_count", "outcome=\"retried\"")).isEqualTo(failed);
				assertThat(value(scraped, "kiwi_task_seconds_count", "outcome=\"buried\"")).isEqualTo(1);
				assertThat(value(scraped, "kiwi_tasks_retried_total")).isEqualTo(failed);
				assertThat(value(scraped, "kiwi_tasks_dead_lettered_total")).isEqualTo(1);
				assertThat(value(scraped, "kiwi_tasks_running")).isZero();
				assertThat(value(scraped, "kiwi_tasks_pending")).isZero();
				assertThat(value(scraped, "kiwi_tasks_ready")).isZero();
				assertThat(value(scraped, "kiwi_broadcast_send_seconds_count")).isEqualTo(changes);
				assertThat(value(scraped, "kiwi_broadcast_seconds_count")).as("the sweep and its relaunches hear each")
					.isEqualTo(2 * changes);
			});
			assertThat(get(sample, "/actuator/health")).contains("\"status\":\"UP\"");
			assertThat(get(sample, "/actuator/kiwi/tasks?state=succeeded").split("\"state\":\"SUCCEEDED\"", -1))
				.hasSize(4 + 1);
		}
	}

	private static int lines(CapturedOutput output, String pattern) {
		return (int) output.getOut().lines().filter(Pattern.compile(pattern).asPredicate()).count();
	}

	private static double value(String scraped, String name, String... labels) {
		return scraped.lines()
			.filter((line) -> line.startsWith(name + "{") || line.startsWith(name + " "))
			.filter((line) -> List.of(labels).stream().allMatch(line::contains))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
			.sum();
	}

	private static String get(ConfigurableApplicationContext sample, String path) throws Exception {
		int port = ((WebServerApplicationContext) sample).getWebServer().getPort();
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
					HttpResponse.BodyHandlers.ofString())
			.body();
	}

}
