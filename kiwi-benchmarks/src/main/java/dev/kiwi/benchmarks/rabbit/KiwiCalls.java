package dev.kiwi.benchmarks.rabbit;

import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.Connection;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.benchmarks.load.Call;
import dev.kiwi.benchmarks.load.Closing;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Waiting;
import dev.kiwi.benchmarks.rabbit.RawCalls.SentCall;
import dev.kiwi.engine.EngineSettings;

/**
 * Sends, tasks and calls with kiwi, as a user writes them.
 */
final class KiwiCalls {

	private static final String QUEUE = "work";

	private KiwiCalls() {
	}

	/** A send that is accepted. */
	static SentCall send(Rabbit rabbit, QueueType type) throws Exception {
		String namespace = Rabbit.name();
		KiwiCommunicator kiwi = rabbit.kiwi(namespace, type);
		// creates the queue, which is purged before each round
		kiwi.sendTask(QUEUE, Payload.OBJECT).accepted().get(Waiting.SECONDS, TimeUnit.SECONDS);
		Connection connection = rabbit.connect();
		return new SentCall(connection, queue(namespace),
				new Closing(() -> kiwi.sendTask(QUEUE, Payload.OBJECT).accepted(), kiwi));
	}

	/** A task and its result. */
	static Call task(Rabbit rabbit, QueueType type) throws Exception {
		String namespace = Rabbit.name();
		KiwiCommunicator worker = rabbit.kiwi(namespace, type);
		Rabbit.await(worker.addTaskSubscriber(QUEUE, Payload.class, (payload, task) -> Payload.ANSWER));
		KiwiCommunicator sender = rabbit.kiwi(namespace, type);
		return new Closing(() -> sender.sendTask(QUEUE, Payload.OBJECT, Integer.class).result(), sender, worker);
	}

	/**
	 * A call and its answer, by a server with the defaults, or that takes as many at once
	 * as there may be: it takes no more than it handles.
	 */
	static Call rpc(Rabbit rabbit, int outstanding) throws Exception {
		String namespace = Rabbit.name();
		EngineSettings defaults = EngineSettings.defaults();
		KiwiCommunicator server = rabbit.kiwi(namespace, QueueType.QUORUM, (builder) -> builder
			.settings(defaults.withRpcConcurrency(Math.max(outstanding, defaults.rpcConcurrency()))));
		Rabbit.await(server.addRpcSubscriber("service", Payload.class, (payload, call) -> Payload.ANSWER));
		KiwiCommunicator caller = rabbit.kiwi(namespace, QueueType.QUORUM);
		return new Closing(() -> caller.callRpc("service", Payload.OBJECT, Integer.class), caller, server);
	}

	/** What kiwi calls a queue on the broker. */
	static String queue(String namespace) {
		return namespace + ".task." + QUEUE;
	}

}
