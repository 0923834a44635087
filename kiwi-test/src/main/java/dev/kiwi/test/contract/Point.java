package dev.kiwi.test.contract;

/**
 * A payload.
 *
 * @param x one number
 * @param y another
 */
record Point(int x, int y) {

	Point swapped() {
		return new Point(this.y, this.x);
	}

}
