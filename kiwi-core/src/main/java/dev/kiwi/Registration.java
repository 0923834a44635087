package dev.kiwi;

/**
 * Something added that can be taken away again.
 */
@FunctionalInterface
public interface Registration extends AutoCloseable {

	/**
	 * Takes it away. A second call does nothing.
	 */
	@Override
	void close();

}
