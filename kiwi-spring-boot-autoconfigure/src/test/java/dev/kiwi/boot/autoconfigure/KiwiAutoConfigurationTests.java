package dev.kiwi.boot.autoconfigure;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TypeRef;
import dev.kiwi.boot.listener.KiwiClosedEvent;
import dev.kiwi.boot.listener.KiwiConnectionLostEvent;
import dev.kiwi.boot.listener.KiwiConnectionRecoveredEvent;
import dev.kiwi.codec.PayloadCodec;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.TransportListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.ArgumentCaptor;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

@ExtendWith(OutputCaptureExtension.class)
class KiwiAutoConfigurationTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=in-process");

	@Test
	void theCommunicatorIsClosedWithTheContext() {
		KiwiCommunicator[] communicator = new KiwiCommunicator[1];
		this.runner.run((context) -> {
			communicator[0] = context.getBean(KiwiCommunicator.class);
			assertThat(communicator[0].isClosed()).isFalse();
		});
		assertThat(communicator[0].isClosed()).isTrue();
	}

	@Test
	void payloadsAreWrittenByTheApplicationsJsonMapper() {
		this.runner.withPropertyValues("spring.jackson.property-naming-strategy=SNAKE_CASE")
			.run((context) -> assertThat(echoed(context, new Named("kiwi"))).isEqualTo("{\"first_name\":\"kiwi\"}"));
	}

	@Test
	void payloadsAreJsonWhereThereIsNoJsonMapper() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class))
			.withPropertyValues("kiwi.transport=in-process")
			.run((context) -> assertThat(echoed(context, new Named("kiwi"))).isEqualTo("{\"firstName\":\"kiwi\"}"));
	}

	@Test
	void ofSeveralJsonMappersThePrimaryOneIsTaken() {
		this.runner
			.withBean("snake", JsonMapper.class,
					() -> JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build(),
					(definition) -> definition.setPrimary(true))
			.withBean("other", JsonMapper.class, JsonMapper::new)
			.run((context) -> assertThat(echoed(context, new Named("kiwi"))).isEqualTo("{\"first_name\":\"kiwi\"}"));
	}

	@Test
	void ofSeveralJsonMappersNoneIsTakenSilently(CapturedOutput output) {
		ApplicationContextRunner two = this.runner.withBean("snake", JsonMapper.class, JsonMapper::new)
			.withBean("other", JsonMapper.class, JsonMapper::new);
		two.withBean(PayloadCodec.class, Shouting::new)
			.run((context) -> assertThat(output).doesNotContain("JsonMapper beans"));
		two.run((context) -> assertThat(output).contains("several JsonMapper beans", "@Primary", "PayloadCodec"));
	}

	@Test
	void aPayloadCodecOfTheUsersWins() {
		this.runner.withBean(PayloadCodec.class, Shouting::new)
			.run((context) -> assertThat(echoed(context, "kiwi")).isEqualTo("KIWI"));
	}

	@Test
	void customizersComeLastAndInOrder() {
		this.runner.withUserConfiguration(Customizers.class)
			.run((context) -> assertThat(context.getBean(Customizers.class).called).containsExactly("first", "second"));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void handlersRunOnVirtualThreadsWhereTheApplicationDoes() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> assertThat(handlerThread(context)).startsWith("VirtualThread[#").contains(",kiwi-"));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsSeeTheApplicationsClassesWhoeverNeedsThem() {
		Thread test = Thread.currentThread();
		ClassLoader before = test.getContextClassLoader();
		CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			test.setContextClassLoader(ClassLoader.getPlatformClassLoader());
			try {
				kiwi.addTaskSubscriber("who", Void.class,
						(nothing, task) -> seen.complete(Thread.currentThread().getContextClassLoader()));
				kiwi.sendTask("who", null);
			}
			finally {
				test.setContextClassLoader(before);
			}
			assertThat(seen.get(10, TimeUnit.SECONDS)).isSameAs(before);
		});
	}

	@Test
	void handlersRunOnKiwisOwnThreadsOtherwise() {
		this.runner.run((context) -> assertThat(handlerThread(context)).startsWith("Thread[").contains("kiwi-"));
	}

	@Test
	void connectionChangesAreApplicationEvents() {
		Transport transport = mock(Transport.class);
		given(transport.tasks()).willReturn(mock(TaskTransport.class));
		Events events = new Events();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class))
			.withBean(Transport.class, () -> transport)
			.withBean(Events.class, () -> events)
			.run((context) -> {
				ArgumentCaptor<TransportListener> listener = ArgumentCaptor.forClass(TransportListener.class);
				verify(transport).start(any(), listener.capture());
				IllegalStateException cause = new IllegalStateException("broker gone");
				listener.getValue().connectionLost(cause);
				listener.getValue().connectionRecovered();
				await().atMost(SOON)
					.untilAsserted(() -> assertThat(events.heard).containsExactly(new KiwiConnectionLostEvent(cause),
							new KiwiConnectionRecoveredEvent()));
			});
		await().atMost(SOON).untilAsserted(() -> assertThat(events.heard).last().isEqualTo(new KiwiClosedEvent()));
	}

	@Test
	void aConnectionLostWhileTheContextStartsIsToldOnceItsBeansAreThere() {
		Transport transport = mock(Transport.class);
		given(transport.tasks()).willReturn(mock(TaskTransport.class));
		IllegalStateException cause = new IllegalStateException("no broker");
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class))
			.withBean(Transport.class, () -> transport)
			.withBean(KiwiCustomizer.class, () -> (builder) -> builder.executor(Runnable::run))
			.withUserConfiguration(StartWithoutBroker.class)
			.withBean("loss", Throwable.class, () -> cause)
			.run((context) -> {
				assertThat(context.getBean("hearersDuringStart", Integer.class)).isZero();
				assertThat(context.getBean(Hearer.class).heard).containsExactly(new KiwiConnectionLostEvent(cause));
			});
	}

	private static String echoed(ApplicationContext context, Object payload) {
		KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
		kiwi.addTaskSubscriber("echo", TypeRef.of((Type) Object.class), (sent, task) -> sent);
		return String.valueOf(kiwi.sendTask("echo", payload, Object.class)
			.result()
			.thenApply((result) -> (result instanceof String) ? result : new JsonMapper().writeValueAsString(result))
			.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
			.join());
	}

	private static String handlerThread(ApplicationContext context) {
		CompletableFuture<String> thread = new CompletableFuture<>();
		KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
		kiwi.addTaskSubscriber("who", Void.class,
				(nothing, task) -> thread.complete(Thread.currentThread().toString()));
		kiwi.sendTask("who", null);
		return thread.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
	}

	record Named(String firstName) {
	}

	static class Shouting implements PayloadCodec {

		@Override
		public String contentType() {
			return "text/plain";
		}

		@Override
		public byte[] encode(@Nullable Object payload) {
			return String.valueOf(payload).toUpperCase().getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public Object decode(byte[] body, Type type) {
			return new String(body, StandardCharsets.UTF_8);
		}

	}

	static class Events {

		private final List<Object> heard = new CopyOnWriteArrayList<>();

		@EventListener({ KiwiConnectionLostEvent.class, KiwiConnectionRecoveredEvent.class, KiwiClosedEvent.class })
		void hear(Object event) {
			this.heard.add(event);
		}

	}

	/** The connection breaks when some beans are there and others, Hearer, are not. */
	@Configuration(proxyBeanMethods = false)
	@Import(Hearer.class)
	static class StartWithoutBroker {

		@Bean
		int hearersDuringStart(KiwiCommunicator kiwi, Transport transport, Throwable loss,
				ConfigurableListableBeanFactory beans) {
			ArgumentCaptor<TransportListener> listener = ArgumentCaptor.forClass(TransportListener.class);
			verify(transport).start(any(), listener.capture());
			listener.getValue().connectionLost(loss);
			return beans.containsSingleton("hearer") ? 1 : 0;
		}

	}

	@Component("hearer")
	@Lazy
	static class Hearer implements ApplicationListener<PayloadApplicationEvent<KiwiConnectionLostEvent>> {

		private final List<Object> heard = new CopyOnWriteArrayList<>();

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<KiwiConnectionLostEvent> event) {
			this.heard.add(event.getPayload());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		private final List<String> called = new CopyOnWriteArrayList<>();

		@Bean
		@Order(2)
		KiwiCustomizer second() {
			return (builder) -> this.called.add("second");
		}

		@Bean
		@Order(1)
		KiwiCustomizer first() {
			return (builder) -> this.called.add("first");
		}

	}

}
