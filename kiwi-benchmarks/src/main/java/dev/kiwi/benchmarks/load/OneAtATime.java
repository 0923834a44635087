package dev.kiwi.benchmarks.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import dev.kiwi.benchmarks.harness.Contender;

/**
 * The median time of one call in µs, where the next begins when the last is done.
 */
public final class OneAtATime implements Contender {

	private static final int LEAST = 10;

	private final Call call;

	private long[] nanos = new long[1024];

	/**
	 * The time of a call.
	 * @param call the call, closed with this
	 */
	public OneAtATime(Call call) {
		this.call = call;
	}

	@Override
	public double measure(Duration length) throws Exception {
		int count = 0;
		long end = System.nanoTime() + length.toNanos();
		for (long begun = System.nanoTime(); begun < end || count < LEAST; begun = System.nanoTime()) {
			this.call.begin().get(Waiting.SECONDS, TimeUnit.SECONDS);
			if (count == this.nanos.length) {
				this.nanos = Arrays.copyOf(this.nanos, 2 * count);
			}
			this.nanos[count++] = System.nanoTime() - begun;
		}
		Arrays.sort(this.nanos, 0, count);
		return this.nanos[count / 2] / 1e3;
	}

	@Override
	public void close() throws Exception {
		this.call.close();
	}

}
