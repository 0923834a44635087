package dev.kiwi.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.time.Duration;
import java.util.Enumeration;

import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.QueueSettings;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class KiwiPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesOnly.class);

	@Test
	void theDefaultsAreTheEngines() {
		this.runner.run((context) -> assertThat(EngineSettingsMapper.settings(context.getBean(KiwiProperties.class)))
			.isEqualTo(EngineSettings.defaults()));
	}

	@Test
	void theDefaultsAreTheTransports() {
		this.runner.run((context) -> assertThat(
				context.getBean(KiwiAmqpProperties.class).settings(context.getBean(KiwiProperties.class)))
			.isEqualTo(AmqpSettings.DEFAULTS));
	}

	@Test
	void everyPropertyReachesItsSetting() {
		this.runner
			.withPropertyValues("kiwi.namespace=lab", "kiwi.max-payload=1MB", "kiwi.shutdown-timeout=3s",
					"kiwi.rpc.timeout=7s", "kiwi.rpc.concurrency=2", "kiwi.broadcast.concurrency=3",
					"kiwi.tasks.default-queue=main", "kiwi.amqp.queue-type=classic",
					"kiwi.amqp.adopt-existing-queues=true", "kiwi.amqp.send-timeout=4s", "kiwi.amqp.window-messages=5",
					"kiwi.amqp.window-size=6KB", "kiwi.tasks.dead-letters.time-to-live=1d")
			.run((context) -> {
				EngineSettings engine = EngineSettingsMapper.settings(context.getBean(KiwiProperties.class));
				assertThat(engine.maxPayloadBytes()).isEqualTo(1 << 20);
				assertThat(engine.shutdownTimeout()).isEqualTo(Duration.ofSeconds(3));
				assertThat(engine.rpcTimeout()).isEqualTo(Duration.ofSeconds(7));
				assertThat(engine.rpcConcurrency()).isEqualTo(2);
				assertThat(engine.broadcastConcurrency()).isEqualTo(3);
				assertThat(engine.defaultQueue()).isEqualTo("main");
				AmqpSettings amqp = context.getBean(KiwiAmqpProperties.class)
					.settings(context.getBean(KiwiProperties.class));
				assertThat(amqp.namespace()).isEqualTo("lab");
				assertThat(amqp.queueType()).isEqualTo(QueueType.CLASSIC);
				assertThat(amqp.adoptExistingQueues()).isTrue();
				assertThat(amqp.sendTimeout()).isEqualTo(Duration.ofSeconds(4));
				assertThat(amqp.windowMessages()).isEqualTo(5);
				assertThat(amqp.windowBytes()).isEqualTo(6 << 10);
				assertThat(amqp.deadLetterTimeToLive()).isEqualTo(Duration.ofDays(1));
			});
	}

	@Test
	void aQueueInheritsWhatItDoesNotSay() {
		this.runner
			.withPropertyValues("kiwi.tasks.concurrency=2", "kiwi.tasks.prefetch=10", "kiwi.tasks.rejections.max=4",
					"kiwi.tasks.queues.wide.concurrency=50", "kiwi.tasks.queues.deep.prefetch=99",
					"kiwi.tasks.queues.[water.relax].rejections.delay=5s")
			.run((context) -> {
				EngineSettings engine = EngineSettingsMapper.settings(context.getBean(KiwiProperties.class));
				assertThat(engine.queue("any")).isEqualTo(engine.tasks());
				assertThat(engine.tasks()).extracting(QueueSettings::concurrency, QueueSettings::prefetch)
					.containsExactly(2, 10);
				assertThat(engine.queue("wide")).extracting(QueueSettings::concurrency, QueueSettings::prefetch)
					.containsExactly(50, 50);
				assertThat(engine.queue("deep")).extracting(QueueSettings::concurrency, QueueSettings::prefetch)
					.containsExactly(2, 99);
				assertThat(engine.queue("water.relax").rejectionBackoff().delay()).isEqualTo(Duration.ofSeconds(5));
				assertThat(engine.queue("water.relax").maxRejections()).isEqualTo(4);
			});
	}

	@Test
	void whatDoesNotGoTogetherIsNamedByItsProperty() {
		whenInvalid("kiwi.tasks.queues.relax.concurrency=4", "kiwi.tasks.queues.relax.prefetch=2")
			.contains("kiwi.tasks.queues.relax", "prefetch");
		whenInvalid("kiwi.tasks.concurrency=0").contains("kiwi.tasks", "concurrency");
		whenInvalid("kiwi.rpc.concurrency=0").contains("rpc.concurrency");
		whenInvalid("kiwi.max-payload=4GB").contains("kiwi.max-payload");
	}

	@Test
	void everyPropertyHasADescription() throws IOException {
		JsonNode metadata = metadata();
		assertThat(metadata.get("properties")).hasSizeGreaterThan(20)
			.allSatisfy((property) -> assertThat(property.path("description").asString("")).as(property.toString())
				.matches("[A-Z].*\\."));
	}

	@Test
	void theTransportsAreOfferedAsValues() throws IOException {
		JsonNode hints = metadata().get("hints");
		assertThat(hints).filteredOn((hint) -> "kiwi.transport".equals(hint.get("name").asString()))
			.singleElement()
			.satisfies((hint) -> assertThat(hint.get("values")).extracting((value) -> value.get("value").asString())
				.containsExactly("amqp", "in-process"));
	}

	private AbstractStringAssert<?> whenInvalid(String... properties) {
		StringBuilder text = new StringBuilder();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class))
			.withPropertyValues("kiwi.transport=in-process")
			.withPropertyValues(properties)
			.run((context) -> {
				FailureAnalysis analysis = Failures.of(context);
				text.append(analysis.getDescription()).append(' ').append(analysis.getAction());
			});
		return assertThat(text.toString());
	}

	/** The test class path has several of them. */
	private static JsonNode metadata() throws IOException {
		Enumeration<URL> urls = KiwiProperties.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json");
		while (urls.hasMoreElements()) {
			try (InputStream stream = urls.nextElement().openStream()) {
				JsonNode metadata = new JsonMapper().readTree(stream);
				if (metadata.toString().contains("\"kiwi.transport\"")) {
					return metadata;
				}
			}
		}
		throw new AssertionError("There is no metadata for kiwi");
	}

	@EnableConfigurationProperties({ KiwiProperties.class, KiwiAmqpProperties.class })
	static class PropertiesOnly {

	}

}
