package dev.kiwi.engine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Supplier;

import dev.kiwi.WorkerInfo;
import org.jspecify.annotations.Nullable;

/**
 * This process as others see it, found out when somebody asks.
 */
final class ThisWorker implements Supplier<WorkerInfo> {

	private final String instance;

	private final @Nullable String application;

	private volatile @Nullable WorkerInfo self;

	ThisWorker(String instance, @Nullable String application) {
		this.instance = instance;
		this.application = application;
	}

	@Override
	public WorkerInfo get() {
		WorkerInfo known = this.self;
		if (known == null) {
			known = new WorkerInfo(this.instance, host(), ProcessHandle.current().pid(), this.application);
			this.self = known;
		}
		return known;
	}

	/** What containers and shells say costs no look-up. */
	private static @Nullable String host() {
		String host = System.getenv("HOSTNAME");
		if (host != null && !host.isBlank()) {
			return host;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

}
