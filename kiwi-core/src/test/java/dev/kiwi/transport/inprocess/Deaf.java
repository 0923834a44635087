package dev.kiwi.transport.inprocess;

import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TransportListener;

/**
 * A listener for tests that look at nothing that comes in.
 */
final class Deaf implements TransportListener {

	@Override
	public void taskReply(Reply reply) {
	}

	@Override
	public void rpcReply(Reply reply) {
	}

	@Override
	public void rpcUnroutable(String id) {
	}

	@Override
	public void connectionLost(Throwable cause) {
	}

	@Override
	public void connectionRecovered() {
	}

}
