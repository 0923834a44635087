package dev.kiwi.benchmarks.load;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A call that closes what it was made of.
 */
public final class Closing implements Call {

	private final Call call;

	private final List<AutoCloseable> resources;

	/**
	 * A call.
	 * @param call the call
	 * @param resources closed in this order
	 */
	public Closing(Call call, AutoCloseable... resources) {
		this.call = call;
		this.resources = List.of(resources);
	}

	@Override
	public CompletableFuture<?> begin() throws Exception {
		return this.call.begin();
	}

	@Override
	public void close() throws Exception {
		for (AutoCloseable resource : this.resources) {
			resource.close();
		}
	}

}
