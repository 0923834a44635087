package dev.kiwi.engine;

import java.util.Optional;
import java.util.function.Supplier;

import dev.kiwi.NotSupportedByTransportException;
import dev.kiwi.transport.TaskTransport;

/**
 * What a transport can promise beyond what each does.
 *
 * @param transport the transport
 * @param name its name, for errors
 */
record TaskCapabilities(TaskTransport transport, Supplier<String> name) {

	<C> Optional<C> find(Class<C> type) {
		return this.transport.capability(type);
	}

	/**
	 * A capability that must be there.
	 * @param what needs it, for the error
	 */
	<C> C require(Class<C> type, String what) {
		return find(type).orElseThrow(() -> notSupported(what));
	}

	NotSupportedByTransportException notSupported(String what) {
		return new NotSupportedByTransportException(what + " needs a transport that knows every task, and '"
				+ this.name.get() + "' only passes them on: do without it, or choose another kiwi.transport");
	}

}
