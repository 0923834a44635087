package dev.kiwi.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.amqp.AmqpEventSettings;
import dev.kiwi.amqp.AmqpQueueSettings;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.KiwiPySettings;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.engine.AdminSettings;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.engine.RetrySettings;
import dev.kiwi.engine.WatchdogSettings;
import dev.kiwi.jdbc.JdbcSettings;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KiwiPropertiesTests {

	private static final ConfigurationPropertyName KIWI = ConfigurationPropertyName.of("kiwi");

	private static final ConfigurationPropertyName AMQP = ConfigurationPropertyName.of("kiwi.amqp");

	private static final ConfigurationPropertyName JDBC = ConfigurationPropertyName.of("kiwi.jdbc");

	private static final Pattern YAML = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesOnly.class);

	@Test
	void theDefaultsAreTheEngines() {
		this.runner.run((context) -> assertThat(EngineSettingsMapper.settings(context.getBean(KiwiProperties.class)))
			.isEqualTo(EngineSettings.defaults()));
	}

	@Test
	void theDefaultsAreTheDatabaseTransports() {
		this.runner.run((context) -> assertThat(
				context.getBean(KiwiJdbcProperties.class).settings(context.getBean(KiwiProperties.class)))
			.isEqualTo(JdbcSettings.DEFAULTS));
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
	void eventsOfTasksAreKeptWhereThatIsAskedFor() {
		this.runner
			.withPropertyValues("kiwi.admin.answer-timeout=2s", "kiwi.admin.task-events.enabled=true",
					"kiwi.admin.task-events.time-to-live=1d", "kiwi.admin.task-events.max-size=1MB",
					"kiwi.admin.task-events.max-tasks=7")
			.run((context) -> {
				KiwiProperties properties = context.getBean(KiwiProperties.class);
				assertThat(context.getBean(KiwiAmqpProperties.class).settings(properties).taskEvents())
					.isEqualTo(new AmqpEventSettings(Duration.ofDays(1), 1 << 20));
				assertThat(EngineSettingsMapper.administration(properties, "bakery"))
					.isEqualTo(new AdminSettings("bakery", Duration.ofSeconds(2), 7));
			});
		this.runner.withPropertyValues("kiwi.admin.task-events.enabled=true").run((context) -> {
			KiwiProperties properties = context.getBean(KiwiProperties.class);
			assertThat(context.getBean(KiwiAmqpProperties.class).settings(properties).taskEvents())
				.isEqualTo(AmqpEventSettings.DEFAULTS);
			assertThat(EngineSettingsMapper.administration(properties, null)).isEqualTo(AdminSettings.defaults());
		});
		whenInvalid("kiwi.admin.task-events.max-tasks=0").contains("kiwi", "max-tasks");
	}

	@Test
	void aDeploymentOfKiwiPyIsJoined() {
		this.runner
			.withPropertyValues("kiwi.amqp.interop=kiwipy", "kiwi.amqp.kiwipy.task-exchange=te",
					"kiwi.amqp.kiwipy.message-exchange=me", "kiwi.amqp.kiwipy.task-queue=tq",
					"kiwi.amqp.kiwipy.task-time-to-live=1d", "kiwi.tasks.default-queue=main")
			.run((context) -> assertThat(
					context.getBean(KiwiAmqpProperties.class).settings(context.getBean(KiwiProperties.class)).kiwiPy())
				.isEqualTo(new KiwiPySettings("te", "me", "tq", "main", Duration.ofDays(1))));
		this.runner.withPropertyValues("kiwi.amqp.interop=kiwipy")
			.run((context) -> assertThat(
					context.getBean(KiwiAmqpProperties.class).settings(context.getBean(KiwiProperties.class)).kiwiPy())
				.isEqualTo(KiwiPySettings.DEFAULTS));
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
	void whatBecomesOfATaskReachesItsSetting() {
		this.runner
			.withPropertyValues("kiwi.tasks.retry.max-attempts=4", "kiwi.tasks.retry.delay=1s",
					"kiwi.tasks.retry.multiplier=3", "kiwi.tasks.retry.max-delay=1m", "kiwi.tasks.retry.jitter=0.5",
					"kiwi.tasks.max-crashes=7", "kiwi.tasks.max-run-time=2h", "kiwi.tasks.max-priority=5")
			.run((context) -> {
				KiwiProperties properties = context.getBean(KiwiProperties.class);
				QueueSettings tasks = EngineSettingsMapper.settings(properties).tasks();
				assertThat(tasks.retry())
					.isEqualTo(new RetrySettings(4, new Backoff(Duration.ofSeconds(1), 3, Duration.ofMinutes(1), 0.5)));
				assertThat(tasks.maxCrashes()).isEqualTo(7);
				assertThat(tasks.guarantee()).isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
				AmqpSettings amqp = context.getBean(KiwiAmqpProperties.class).settings(properties);
				assertThat(amqp.tasks()).isEqualTo(new AmqpQueueSettings(Duration.ofHours(2), 5));
				assertThat(amqp.queues()).isEmpty();
			});
	}

	@Test
	void whatIsWatchedReachesItsSetting() {
		this.runner.run((context) -> {
			EngineSettings engine = EngineSettingsMapper.settings(context.getBean(KiwiProperties.class));
			assertThat(engine.beacon()).isEqualTo(EngineSettings.defaults().beacon());
			assertThat(engine.watchdog()).isEqualTo(WatchdogSettings.DEFAULTS);
			assertThat(engine.tasks().stuckAfter()).isZero();
		});
		this.runner
			.withPropertyValues("kiwi.beacon.interval=7s", "kiwi.watchdog.stuck-after=1h",
					"kiwi.watchdog.interrupt=true", "kiwi.watchdog.broken-after=5m",
					"kiwi.tasks.queues.fetch.stuck-after=9m", "kiwi.tasks.queues.free.stuck-after=0")
			.run((context) -> {
				EngineSettings engine = EngineSettingsMapper.settings(context.getBean(KiwiProperties.class));
				assertThat(engine.beacon()).isEqualTo(Duration.ofSeconds(7));
				assertThat(engine.watchdog()).isEqualTo(new WatchdogSettings(true, Duration.ofMinutes(5)));
				assertThat(engine.tasks().stuckAfter()).isEqualTo(Duration.ofHours(1));
				assertThat(engine.queue("fetch").stuckAfter()).isEqualTo(Duration.ofMinutes(9));
				assertThat(engine.queue("free").stuckAfter()).isZero();
			});
		this.runner.withPropertyValues("kiwi.beacon.enabled=false", "kiwi.beacon.interval=7s")
			.run((context) -> assertThat(EngineSettingsMapper.settings(context.getBean(KiwiProperties.class)).beacon())
				.isZero());
	}

	@Test
	void aQueueMaySayOtherwiseWhatBecomesOfItsTasks() {
		this.runner
			.withPropertyValues("kiwi.tasks.retry.max-attempts=4", "kiwi.tasks.retry.delay=1s",
					"kiwi.tasks.max-crashes=7", "kiwi.tasks.max-run-time=2h", "kiwi.tasks.max-priority=5",
					"kiwi.tasks.queues.fetch.retry.max-attempts=9", "kiwi.tasks.queues.fetch.retry.multiplier=4",
					"kiwi.tasks.queues.fetch.retry.max-delay=8h", "kiwi.tasks.queues.fetch.retry.jitter=0",
					"kiwi.tasks.queues.fetch.max-crashes=1", "kiwi.tasks.queues.fetch.max-run-time=9d",
					"kiwi.tasks.queues.[water.relax].max-priority=9")
			.run((context) -> {
				KiwiProperties properties = context.getBean(KiwiProperties.class);
				EngineSettings engine = EngineSettingsMapper.settings(properties);
				assertThat(engine.queue("fetch").retry())
					.isEqualTo(new RetrySettings(9, new Backoff(Duration.ofSeconds(1), 4, Duration.ofHours(8), 0)));
				assertThat(engine.queue("fetch").maxCrashes()).isEqualTo(1);
				assertThat(engine.queue("water.relax")).extracting(QueueSettings::retry, QueueSettings::maxCrashes)
					.containsExactly(engine.tasks().retry(), 7);
				assertThat(context.getBean(KiwiAmqpProperties.class).settings(properties).queues()).containsOnly(
						Map.entry("fetch", new AmqpQueueSettings(Duration.ofDays(9), 5)),
						Map.entry("water.relax", new AmqpQueueSettings(Duration.ofHours(2), 9)));
			});
	}

	@Test
	void aQueueAtMostOnceTakesNoMoreThanItRuns() {
		this.runner
			.withPropertyValues("kiwi.tasks.concurrency=2", "kiwi.tasks.prefetch=99",
					"kiwi.tasks.queues.charge.delivery=at-most-once")
			.run((context) -> {
				EngineSettings engine = EngineSettingsMapper.settings(context.getBean(KiwiProperties.class));
				assertThat(engine.queue("charge")).extracting(QueueSettings::guarantee, QueueSettings::prefetch)
					.containsExactly(DeliveryGuarantee.AT_MOST_ONCE, 2);
				assertThat(engine.tasks().guarantee()).isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
			});
		this.runner.withPropertyValues("kiwi.tasks.delivery=at-most-once")
			.run((context) -> assertThat(
					EngineSettingsMapper.settings(context.getBean(KiwiProperties.class)).queue("any").guarantee())
				.isEqualTo(DeliveryGuarantee.AT_MOST_ONCE));
	}

	@Test
	void aPriorityThatDoesNotExistIsRefused() {
		this.runner.withPropertyValues("kiwi.tasks.queues.relax.max-priority=10")
			.run((context) -> assertThatExceptionOfType(KiwiConfigurationException.class)
				.isThrownBy(
						() -> context.getBean(KiwiAmqpProperties.class).settings(context.getBean(KiwiProperties.class)))
				.withMessageContaining("max-priority"));
	}

	@Test
	void whatDoesNotGoTogetherIsNamedByItsProperty() {
		whenInvalid("kiwi.tasks.queues.charge.delivery=at-most-once", "kiwi.tasks.queues.charge.retry.max-attempts=2")
			.contains("kiwi.tasks.queues.charge", "retry.max-attempts: 1", "at-most-once");
		whenInvalid("kiwi.tasks.queues.charge.delivery=at-most-once", "kiwi.tasks.queues.charge.concurrency=1",
				"kiwi.tasks.queues.charge.prefetch=2")
			.contains("kiwi.tasks.queues.charge", "prefetch", "at-most-once");
		whenInvalid("kiwi.tasks.delivery=at-most-once", "kiwi.tasks.retry.max-attempts=2").contains("kiwi.tasks",
				"retry.max-attempts: 1", "at-most-once");
		whenInvalid("kiwi.watchdog.exit=true").contains("kiwi.watchdog", "broken-after");
		whenInvalid("kiwi.tasks.retry.max-attempts=0").contains("kiwi.tasks", "max-attempts");
		whenInvalid("kiwi.tasks.retry.jitter=2").contains("kiwi.tasks", "jitter");
		whenInvalid("kiwi.tasks.queues.relax.max-crashes=0").contains("kiwi.tasks.queues.relax", "max-crashes");
		whenInvalid("kiwi.tasks.queues.relax.concurrency=4", "kiwi.tasks.queues.relax.prefetch=2")
			.contains("kiwi.tasks.queues.relax", "prefetch");
		whenInvalid("kiwi.tasks.concurrency=0").contains("kiwi.tasks", "concurrency");
		whenInvalid("kiwi.rpc.concurrency=0").contains("rpc.concurrency");
		whenInvalid("kiwi.rpc.timeout=0").contains("rpc.timeout", "PT0S");
		whenInvalid("kiwi.shutdown-timeout=-1s").contains("shutdown-timeout", "PT-1S");
		whenInvalid("kiwi.max-payload=4GB").contains("kiwi.max-payload");
	}

	@Test
	void whatIsSaidForAllQueuesDoesNotMakeAnAtMostOnceQueueInvalid() {
		this.runner
			.withPropertyValues("kiwi.tasks.queues.charge.delivery=at-most-once", "kiwi.tasks.retry.max-attempts=3",
					"kiwi.tasks.prefetch=50")
			.run((context) -> {
				QueueSettings charge = EngineSettingsMapper.settings(context.getBean(KiwiProperties.class))
					.queue("charge");
				assertThat(charge.retry().maxAttempts()).isOne();
				assertThat(charge.prefetch()).isEqualTo(charge.concurrency());
			});
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
				.containsExactly("amqp", "jdbc", "in-process"));
	}

	@TestFactory
	Stream<DynamicTest> everyDocumentedPropertyExists() throws IOException {
		try (Stream<Path> docs = Files.list(Path.of("..", "docs"))) {
			List<DynamicTest> tests = new ArrayList<>();
			for (Path page : Stream.concat(Stream.of(Path.of("..", "README.md")), docs.sorted()).toList()) {
				for (MatchResult block : YAML.matcher(Files.readString(page)).results().toList()) {
					tests.add(DynamicTest.dynamicTest(page.getFileName() + " at " + block.start(),
							() -> assertThatItBinds(block.group(1))));
				}
			}
			assertThat(tests).hasSizeGreaterThan(3);
			return tests.stream();
		}
	}

	/** Every key is a property's, and the values go together. */
	private static void assertThatItBinds(String yaml) throws IOException {
		PropertySource<?> loaded = new YamlPropertySourceLoader()
			.load("docs", new ByteArrayResource(yaml.getBytes(UTF_8)))
			.get(0);
		assertThat(((EnumerablePropertySource<?>) loaded).getPropertyNames()).isNotEmpty()
			.allSatisfy((name) -> assertThat(name).matches("(kiwi|spring)\\..+"));
		ConfigurationPropertySource all = ConfigurationPropertySources.from(loaded).iterator().next();
		KiwiProperties kiwi = bound(all.filter((name) -> !AMQP.isAncestorOf(name) && !JDBC.isAncestorOf(name)), KIWI,
				KiwiProperties.class);
		EngineSettingsMapper.settings(kiwi);
		bound(all, AMQP, KiwiAmqpProperties.class).settings(kiwi);
		bound(all, JDBC, KiwiJdbcProperties.class).settings(kiwi);
	}

	private static <T> T bound(ConfigurationPropertySource source, ConfigurationPropertyName name, Class<T> type) {
		return new Binder(source).bindOrCreate(name, Bindable.of(type),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
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

	@EnableConfigurationProperties({ KiwiProperties.class, KiwiAmqpProperties.class, KiwiJdbcProperties.class })
	static class PropertiesOnly {

	}

}
