package dev.kiwi.amqp.faults;

import java.io.IOException;
import java.nio.file.Path;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.faults.Jvm;
import dev.kiwi.test.faults.MixedWorkContract;
import dev.kiwi.test.faults.MixedWorker;
import dev.kiwi.test.faults.Server;
import org.junit.jupiter.api.AfterEach;

/**
 * Work of all kinds over RabbitMQ.
 */
class MixedWorkTests extends MixedWorkContract {

	private final Broker broker = Brokers.dedicated();

	@AfterEach
	void end() {
		this.broker.close();
	}

	@Override
	protected Server server() {
		return this.broker;
	}

	@Override
	protected KiwiCommunicator connect() {
		return Communicators.connect(this.broker.uri(), "kiwi", MixedWorker::settings);
	}

	@Override
	protected Jvm startWorker(Path log) throws IOException {
		return Jvm.start(AmqpMixedWorker.class, this.broker.uri().toString(), log.toString());
	}

}
