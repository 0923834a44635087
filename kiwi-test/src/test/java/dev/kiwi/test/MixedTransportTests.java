package dev.kiwi.test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Task;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.inprocess.InProcessBroker;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tasks by one transport, calls and broadcasts by another.
 */
class MixedTransportTests {

	private final InProcessBroker work = new InProcessBroker();

	private final InProcessBroker words = new InProcessBroker();

	private final List<KiwiCommunicator> processes = new ArrayList<>();

	@AfterEach
	void close() {
		this.processes.forEach(KiwiCommunicator::close);
	}

	@Test
	void tasksGoOneWayAndWordsTheOther() throws Exception {
		KiwiCommunicator mixed = process(KiwiCommunicatorBuilder.with(new InProcessTransport(this.words))
			.tasks(new InProcessTransport(this.work)));
		KiwiCommunicator worker = process(KiwiCommunicatorBuilder.with(new InProcessTransport(this.work)));
		KiwiCommunicator server = process(KiwiCommunicatorBuilder.with(new InProcessTransport(this.words)));
		List<String> heard = new ArrayList<>();
		worker.addTaskSubscriber("work", String.class, (text, task) -> "worked " + text);
		server.addTaskSubscriber("work", String.class, (text, task) -> "wrong way");
		server.addRpcSubscriber(RpcEndpoint.of("ask"), String.class, (text, call) -> "answered " + text);
		server.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (text, broadcast) -> heard.add(text));
		assertThat(mixed.sendTask(Task.of("work", "x"), String.class).result().get(30, TimeUnit.SECONDS))
			.isEqualTo("worked x");
		assertThat(mixed.callRpc("ask", "y", String.class).get(30, TimeUnit.SECONDS)).isEqualTo("answered y");
		mixed.sendBroadcast("subject", "z").get(30, TimeUnit.SECONDS);
		await().untilAsserted(() -> assertThat(heard).containsExactly("z"));
		assertThat(mixed.transportInfo().connected()).isTrue();
	}

	private KiwiCommunicator process(KiwiCommunicatorBuilder builder) {
		KiwiCommunicator communicator = builder.build();
		this.processes.add(communicator);
		return communicator;
	}

}
