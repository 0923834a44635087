package dev.kiwi.boot.endpoint;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiAdmin;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Task;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskHandle;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class KiwiEndpointTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final HttpClient client = HttpClient.newHttpClient();

	private final List<ConfigurableApplicationContext> applications = new ArrayList<>();

	private KiwiCommunicator kiwi;

	private Worker worker;

	private String base;

	@AfterEach
	void stop() {
		this.applications.forEach((application) -> {
			application.getBean(Worker.class).release.release(100);
			application.close();
		});
	}

	@Test
	void whoReadsSeesEverythingButPayloadsAndChangesNothing() throws Exception {
		start();
		TaskHandle<String> running = this.kiwi.sendTask("work", "secret", String.class);
		this.worker.begun.get(30, TimeUnit.SECONDS);
		TaskHandle<String> delayed = this.kiwi
			.sendTask(Task.of("work", "secret").withDelay(Duration.ofHours(1)).withKey("k"), String.class);
		delayed.accepted().toCompletableFuture().get(30, TimeUnit.SECONDS);

		JsonNode overview = await().atMost(PATIENCE)
			.until(() -> get(""), (json) -> !json.at("/queues/0").isMissingNode());
		assertThat(overview.at("/transport/name").asString()).isEqualTo("in-process");
		assertThat(overview.at("/self/application").asString()).isEqualTo("bakery");
		assertThat(overview.at("/self/pid").asLong()).isEqualTo(ProcessHandle.current().pid());
		assertThat(overview.at("/subscribers/0/identifier").asString()).isEqualTo("work");
		assertThat(overview.at("/queues/0/name").asString()).isEqualTo("work");
		assertThat(overview.at("/queues/0/delayed").asInt()).isEqualTo(1);
		assertThat(overview.at("/queues/0/consumers").asInt()).isEqualTo(1);

		JsonNode page = await().atMost(PATIENCE)
			.until(() -> get("/tasks?state=running,waiting&queue=work"),
					(json) -> json.at("/tasks/0/progress/fraction").asDouble(0) == 0.5);
		assertThat(page.at("/complete").asBoolean()).isTrue();
		assertThat(page.at("/tasks").size()).isEqualTo(1);
		assertThat(page.at("/tasks/0/id").asString()).isEqualTo(running.id());
		assertThat(page.at("/tasks/0/worker/application").asString()).isEqualTo("bakery");
		assertThat(page.at("/tasks/0/since").asString()).startsWith("20");
		assertThat(page.toString()).doesNotContain("secret");
		JsonNode first = get("/tasks?limit=1");
		assertThat(first.at("/tasks").size()).isEqualTo(1);
		JsonNode second = get("/tasks?limit=1&after=" + first.at("/next").asString());
		assertThat(second.at("/tasks/0/id")).isNotEqualTo(first.at("/tasks/0/id"));
		assertThat(get("/tasks?key=k").at("/tasks/0/id").asString()).isEqualTo(delayed.id());
		assertThat(get("/tasks?olderThan=1h").at("/tasks").size()).isZero();

		JsonNode task = get("/tasks/" + running.id());
		assertThat(task.at("/log/0").asString()).isEqualTo("half way");
		JsonNode waiting = get("/tasks/" + delayed.id());
		assertThat(waiting.at("/state").asString()).isEqualTo("DELAYED");
		assertThat(waiting.at("/payload").asString()).isEqualTo("******");

		assertThat(send("GET", "/tasks/nobody-1").statusCode()).isEqualTo(404);
		assertThat(send("GET", "/nothing").statusCode()).isEqualTo(404);
		assertThat(send("GET", "/tasks?state=sleeping").statusCode()).isEqualTo(400);
		HttpResponse<String> wrong = send("GET", "/tasks?limit=100000");
		assertThat(wrong.statusCode()).isEqualTo(400);
		assertThat(wrong.body()).contains("1 to 1000");
		HttpResponse<String> negative = send("GET", "/dead-letters?limit=-1");
		assertThat(negative.statusCode()).isEqualTo(400);
		assertThat(negative.body()).contains("1 to 1000");
		HttpResponse<String> gone = send("GET", "/dead-letters?after=nobody-1");
		assertThat(gone.statusCode()).isEqualTo(400);
		assertThat(gone.body()).contains("nobody-1", "first page");
		assertThat(send("DELETE", "/tasks/" + running.id()).statusCode()).isEqualTo(405);
		assertThat(send("POST", "/queues/work/pause").statusCode()).isEqualTo(405);
	}

	@Test
	void whoMayChangesThings() throws Exception {
		start("management.endpoint.kiwi.access=unrestricted", "management.endpoint.kiwi.show-values=always");
		TaskHandle<String> failing = this.kiwi.sendTask("work", "fail", String.class);
		JsonNode letters = await().atMost(PATIENCE)
			.until(() -> get("/dead-letters?queue=work"), (json) -> json.at("/deadLetters").size() == 1);
		assertThat(letters.at("/deadLetters/0/reason").asString()).contains("on purpose");
		assertThat(letters.at("/deadLetters/0/payload").isNull()).isTrue();
		JsonNode letter = get("/dead-letters/" + failing.id());
		assertThat(letter.at("/payload").asString()).isEqualTo("\"fail\"");
		assertThat(letter.at("/stackTrace").asString()).contains("Worker.work");
		assertThat(get("/tasks/" + failing.id()).at("/error").asString()).contains("on purpose");
		assertThat(json(send("POST", "/dead-letters/" + failing.id())).at("/relaunched").asInt()).isEqualTo(1);
		await().atMost(PATIENCE).until(() -> get("/dead-letters").at("/deadLetters").size() == 1);
		assertThat(json(send("POST", "/dead-letters")).at("/relaunched").asInt()).isEqualTo(1);
		await().atMost(PATIENCE).until(() -> get("/dead-letters").at("/deadLetters").size() == 1);
		assertThat(json(send("DELETE", "/dead-letters/" + failing.id())).at("/discarded").asInt()).isEqualTo(1);
		assertThat(send("DELETE", "/dead-letters/" + failing.id()).statusCode()).isEqualTo(404);

		assertThat(json(send("POST", "/queues/work/pause")).at("/paused/0").asString()).isEqualTo("work");
		TaskHandle<String> waiting = this.kiwi.sendTask("work", "now", String.class);
		waiting.accepted().toCompletableFuture().get(30, TimeUnit.SECONDS);
		assertThat(get("").at("/queues/0/paused").asInt()).isEqualTo(1);
		assertThat(get("/tasks/" + waiting.id()).at("/payload").asString()).isEqualTo("\"now\"");
		assertThat(json(send("POST", "/queues/work/resume")).at("/paused").size()).isZero();
		assertThat(waiting.result().get(30, TimeUnit.SECONDS)).isEqualTo("now");
		assertThat(get("/tasks/" + waiting.id()).at("/result").asString()).isEqualTo("\"now\"");
		send("POST", "/queues/work/pause?everywhere=false");
		assertThat(this.kiwi.admin().pausedQueues()).containsExactly("work");
		send("POST", "/queues/work/resume?everywhere=false");

		TaskHandle<String> delayed = this.kiwi.sendTask(Task.of("work", "x").withDelay(Duration.ofHours(1)),
				String.class);
		delayed.accepted().toCompletableFuture().get(30, TimeUnit.SECONDS);
		assertThat(json(send("DELETE", "/tasks/" + delayed.id())).at("/outcome").asString()).isEqualTo("CANCELLED");
		assertThat(send("POST", "/queues/work/stop").statusCode()).isEqualTo(404);
	}

	@Test
	void thereOnlyWhereItIsExposed() {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class, KiwiEndpointAutoConfiguration.class))
			.withPropertyValues("kiwi.transport=in-process");
		runner.run((context) -> assertThat(context).hasSingleBean(KiwiAdmin.class).doesNotHaveBean(KiwiEndpoint.class));
		runner.withPropertyValues("management.endpoints.web.exposure.include=kiwi")
			.run((context) -> assertThat(context).hasSingleBean(KiwiEndpoint.class));
		runner
			.withPropertyValues("management.endpoints.web.exposure.include=kiwi",
					"management.endpoint.kiwi.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(KiwiEndpoint.class));
	}

	private void start(String... properties) {
		ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.application.name=bakery", "kiwi.transport=in-process",
					"kiwi.admin.answer-timeout=300ms", "management.endpoints.web.exposure.include=kiwi",
					"spring.main.banner-mode=off")
			.properties(properties)
			.run();
		this.applications.add(application);
		this.kiwi = application.getBean(KiwiCommunicator.class);
		this.worker = application.getBean(Worker.class);
		this.base = "http://localhost:" + application.getEnvironment().getProperty("local.server.port")
				+ "/actuator/kiwi";
	}

	private JsonNode get(String path) throws IOException, InterruptedException {
		return json(send("GET", path));
	}

	private static JsonNode json(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.base + path))
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.noBody())
			.build();
		return this.client.send(request, BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Worker.class)
	static class Application {

	}

	static class Worker {

		private final CompletableFuture<Void> begun = new CompletableFuture<>();

		private final Semaphore release = new Semaphore(0);

		@KiwiTask("work")
		String work(String text, TaskContext task) throws InterruptedException {
			if (text.equals("fail")) {
				throw new IllegalStateException("on purpose");
			}
			task.progress(0.5);
			task.log("half way");
			this.begun.complete(null);
			if (text.equals("secret")) {
				this.release.acquire();
			}
			return text;
		}

	}

}
