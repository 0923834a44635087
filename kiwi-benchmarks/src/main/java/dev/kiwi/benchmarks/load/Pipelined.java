package dev.kiwi.benchmarks.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Calls that wait for none before them, in the caller's own window; then for all of them.
 *
 * @param call the call
 */
public record Pipelined(Call call) implements Batch {

	@Override
	public void run(int pieces) throws Exception {
		CompletableFuture<?>[] all = new CompletableFuture<?>[pieces];
		for (int piece = 0; piece < pieces; piece++) {
			all[piece] = this.call.begin();
		}
		for (CompletableFuture<?> one : all) {
			one.get(Waiting.SECONDS, TimeUnit.SECONDS);
		}
	}

	@Override
	public void close() throws Exception {
		this.call.close();
	}

}
