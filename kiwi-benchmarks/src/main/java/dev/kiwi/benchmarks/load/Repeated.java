package dev.kiwi.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.kiwi.benchmarks.harness.Contender;

/**
 * The median time in ms of a batch of a fixed size.
 *
 * @param batch the work, closed with this
 * @param pieces its size
 */
public record Repeated(Batch batch, int pieces) implements Contender {

	@Override
	public double measure(Duration length) throws Exception {
		List<Long> nanos = new ArrayList<>();
		for (long end = System.nanoTime() + length.toNanos(); nanos.isEmpty() || System.nanoTime() < end;) {
			this.batch.prepare(this.pieces);
			long begun = System.nanoTime();
			this.batch.run(this.pieces);
			nanos.add(System.nanoTime() - begun);
			this.batch.finish();
		}
		Collections.sort(nanos);
		return nanos.get(nanos.size() / 2) / 1e6;
	}

	@Override
	public void close() throws Exception {
		this.batch.close();
	}

}
