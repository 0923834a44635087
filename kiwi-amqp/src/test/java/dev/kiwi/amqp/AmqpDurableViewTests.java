package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskInfo;
import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.contract.DurableViewContract;
import dev.kiwi.transport.Transport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

class AmqpDurableViewTests extends DurableViewContract {

	/**
	 * All of its tests share the queues, which take a while to be safe when they are new.
	 */
	private static final String NAMESPACE = "t" + UUID.randomUUID().toString().substring(0, 8);

	private final List<CachingConnectionFactory> factories = new ArrayList<>();

	@Override
	protected Transport connect() {
		CachingConnectionFactory factory = factory();
		this.factories.add(factory);
		return new AmqpTransport(factory,
				AmqpSettings.DEFAULTS.withNamespace(NAMESPACE).withTaskEvents(AmqpEventSettings.DEFAULTS));
	}

	@Test
	void whatAHandlerLoggedAndHowFarItWasOutlivesIt() throws Exception {
		KiwiCommunicator worker = process();
		worker.addTaskSubscriber("logged", String.class, (text, task) -> {
			task.progress(0.9, "nearly");
			task.log("x".repeat(200));
			task.log("there");
			return "y".repeat(1_000);
		});
		TaskHandle<String> sent = worker.sendTask("logged", "x", String.class);
		sent.result().get(30, TimeUnit.SECONDS);
		worker.close();
		TaskInfo known = process().admin().task(sent.id()).orElseThrow();
		assertThat(known.state()).isEqualTo(TaskState.SUCCEEDED);
		assertThat(known.progress()).isEqualTo(new TaskUpdate.Progress(0.9, "nearly"));
		assertThat(known.log()).hasSize(2).last().isEqualTo("there");
		assertThat(known.log().get(0)).startsWith("xxx").hasSizeLessThan(120);
		assertThat(known.result()).startsWith("\"yyy").hasSizeLessThan(520);
	}

	private static CachingConnectionFactory factory() {
		return new CachingConnectionFactory(Brokers.shared().uri());
	}

	@AfterEach
	void disconnect() {
		closeAll();
		this.factories.forEach(CachingConnectionFactory::destroy);
	}

	@AfterAll
	static void delete() throws Exception {
		CachingConnectionFactory factory = factory();
		Names names = new Names(NAMESPACE);
		Leftovers.delete(factory, NAMESPACE, names.task("wait"), names.task("other"), names.task("pull"),
				names.task("logged"));
		factory.destroy();
	}

}
