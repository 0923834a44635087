package dev.kiwi.benchmarks.load;

/**
 * A batch that leaves something behind, which is cleared away before the next.
 *
 * @param batch the work
 * @param clear clears it away
 */
public record Cleared(Batch batch, Step clear) implements Batch {

	@Override
	public void prepare(int pieces) throws Exception {
		this.clear.run();
		this.batch.prepare(pieces);
	}

	@Override
	public void run(int pieces) throws Exception {
		this.batch.run(pieces);
	}

	@Override
	public void finish() throws Exception {
		this.batch.finish();
	}

	@Override
	public void close() throws Exception {
		this.batch.close();
	}

	/**
	 * Something to do.
	 */
	@FunctionalInterface
	public interface Step {

		void run() throws Exception;

	}

}
