package dev.kiwi.test;

import dev.kiwi.test.contract.TransportContract;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.inprocess.InProcessBroker;
import dev.kiwi.transport.inprocess.InProcessTransport;

class InProcessTransportTests extends TransportContract {

	private final InProcessBroker broker = new InProcessBroker();

	@Override
	protected Transport connect() {
		return new InProcessTransport(this.broker);
	}

}
