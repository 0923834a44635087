package dev.kiwi.boot.autoconfigure;

import java.util.List;
import java.util.concurrent.Executor;

import dev.kiwi.KiwiAdmin;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.boot.listener.ConnectionEventPublisher;
import dev.kiwi.codec.JacksonPayloadCodec;
import dev.kiwi.codec.PayloadCodec;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Auto-configuration of a {@link KiwiCommunicator} and of the methods annotated for it.
 * <p>
 * Of the application's beans it uses the {@code ConnectionFactory} or the
 * {@code DataSource}, one {@link JsonMapper} and what is made for it: {@link Transport},
 * {@link PayloadCodec}, {@link KiwiCustomizer}. It adds no template, converter, executor
 * or container that others could pick up.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration",
		"org.springframework.boot.rabbitmq.autoconfigure.RabbitAutoConfiguration",
		"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
		"org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration" })
@EnableConfigurationProperties(KiwiProperties.class)
@Import({ AmqpTransportConfiguration.class, JdbcTransportConfiguration.class, InProcessTransportConfiguration.class,
		NoTransportConfiguration.class, JdbcTasksConfiguration.class, JdbcPoolConfiguration.class,
		ListenerConfiguration.class })
public final class KiwiAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(KiwiAutoConfiguration.class);

	/** Names the transport of tasks, where that is another one. */
	static final String TASKS_TRANSPORT = "kiwiTasksTransport";

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	KiwiCommunicator kiwiCommunicator(Transport transport,
			@Qualifier(TASKS_TRANSPORT) ObjectProvider<Transport> tasksTransport, KiwiProperties properties,
			ObjectProvider<PayloadCodec> codecs, ObjectProvider<JsonMapper> mapper,
			ObjectProvider<KiwiCustomizer> customizers, Environment environment, ApplicationEventPublisher events,
			ConnectionEventPublisher connectionEvents) {
		KiwiCommunicatorBuilder builder = KiwiCommunicatorBuilder.with(transport)
			.settings(EngineSettingsMapper.settings(properties))
			.administration(EngineSettingsMapper.administration(properties,
					environment.getProperty("spring.application.name")));
		Transport tasks = tasksTransport.getIfAvailable();
		if (tasks != null) {
			builder.tasks(tasks);
		}
		else {
			requireCarrierOfTasks(properties.tasks().transport(), transport);
		}
		List<PayloadCodec> ofTheUser = codecs.orderedStream().toList();
		ofTheUser.forEach(builder::codec);
		if (ofTheUser.isEmpty()) {
			mapper.ifUnique((unique) -> builder.codec(new JacksonPayloadCodec(unique)));
			if (mapper.getIfUnique() == null && mapper.stream().findAny().isPresent()) {
				logger.warn("There are several JsonMapper beans, and none of them is primary: kiwi's payloads are "
						+ "written and read by none of them. Mark one as @Primary, or declare a PayloadCodec bean");
			}
		}
		if (Threading.VIRTUAL.isActive(environment)) {
			// No bean: an Executor bean of ours would keep Boot from making its own.
			builder.executor(virtualThreads());
		}
		BrokenWorker.of(properties.watchdog(), events).ifPresent(builder::observer);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		KiwiCommunicator communicator = builder.build();
		communicator.addConnectionListener(connectionEvents);
		return communicator;
	}

	/** They see the application's classes, whoever needs them. */
	private static Executor virtualThreads() {
		ClassLoader classes = Thread.currentThread().getContextClassLoader();
		Executor threads = new VirtualThreadTaskExecutor("kiwi-");
		return (task) -> threads.execute(() -> {
			Thread.currentThread().setContextClassLoader(classes);
			task.run();
		});
	}

	private static void requireCarrierOfTasks(@Nullable String wanted, Transport transport) {
		if (wanted != null && !wanted.equalsIgnoreCase(transport.info().name())) {
			throw KiwiConfigurationException.tasksTransport(wanted, transport.info().name());
		}
	}

	@Bean
	ConnectionEventPublisher kiwiConnectionEvents(ApplicationEventPublisher events) {
		return new ConnectionEventPublisher(events);
	}

	@Bean
	@ConditionalOnMissingBean
	KiwiAdmin kiwiAdmin(KiwiCommunicator communicator) {
		return communicator.admin();
	}

}
