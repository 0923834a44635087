package dev.kiwi.test;

import dev.kiwi.test.contract.DurableViewContract;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.inprocess.InProcessBroker;
import dev.kiwi.transport.inprocess.InProcessTransport;

class InProcessDurableViewTests extends DurableViewContract {

	private final InProcessBroker broker = new InProcessBroker();

	@Override
	protected Transport connect() {
		return new InProcessTransport(this.broker);
	}

}
