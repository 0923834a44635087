package dev.kiwi.engine;

/**
 * What errors call something, put together only where there is one.
 *
 * @param what it is
 * @param of whom, by its text
 */
record Name(String what, Object of) {

	@Override
	public String toString() {
		return this.what + this.of;
	}

}
