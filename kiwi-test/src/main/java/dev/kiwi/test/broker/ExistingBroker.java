package dev.kiwi.test.broker;

import java.net.URI;

/**
 * A broker that runs anyway and was only pointed to. It can be used, not harmed.
 */
record ExistingBroker(URI uri) implements Broker {

	@Override
	public void kill() {
		throw unsupported("kill");
	}

	@Override
	public void start() {
		throw unsupported("start");
	}

	@Override
	public void freeze() {
		throw unsupported("freeze");
	}

	@Override
	public void thaw() {
		throw unsupported("thaw");
	}

	@Override
	public String ctl(String... arguments) {
		throw unsupported("rabbitmqctl " + String.join(" ", arguments));
	}

	@Override
	public void close() {
	}

	private UnsupportedOperationException unsupported(String verb) {
		return new UnsupportedOperationException("'" + verb + "' is not possible: the broker on " + host() + ":"
				+ port() + " is not the tests' own. Unset " + Brokers.URI_PROPERTY + " (or " + Brokers.URI_VARIABLE
				+ ") to have one started that can be harmed.");
	}

}
