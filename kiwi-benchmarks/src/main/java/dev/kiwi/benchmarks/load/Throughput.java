package dev.kiwi.benchmarks.load;

import java.time.Duration;

import dev.kiwi.benchmarks.harness.Contender;

/**
 * How much of a batch is done per second. Each round does as much as the one before says
 * fits its length.
 */
public final class Throughput implements Contender {

	private static final int GROWTH = 10;

	private final Batch batch;

	private final int least;

	private int pieces;

	/**
	 * The throughput of a batch.
	 * @param batch the work, closed with this
	 */
	public Throughput(Batch batch) {
		this(batch, 100);
	}

	/**
	 * The throughput of a batch that has a least size.
	 * @param batch the work, closed with this
	 * @param least the fewest pieces of a round
	 */
	public Throughput(Batch batch, int least) {
		this.batch = batch;
		this.least = least;
		this.pieces = least;
	}

	@Override
	public double measure(Duration length) throws Exception {
		this.batch.prepare(this.pieces);
		long begun = System.nanoTime();
		this.batch.run(this.pieces);
		double perNano = this.pieces / (double) (System.nanoTime() - begun);
		this.batch.finish();
		double fitting = Math.min(perNano * length.toNanos(), (double) GROWTH * this.pieces);
		this.pieces = Math.max(this.least, (int) fitting);
		return perNano * 1e9;
	}

	@Override
	public void close() throws Exception {
		this.batch.close();
	}

}
