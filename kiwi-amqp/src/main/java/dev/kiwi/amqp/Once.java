package dev.kiwi.amqp;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Something made when it is first asked for.
 */
final class Once<T> implements Supplier<T> {

	private final Supplier<T> supplier;

	private volatile @Nullable T value;

	Once(Supplier<T> supplier) {
		this.supplier = supplier;
	}

	@Override
	public T get() {
		T present = this.value;
		if (present == null) {
			synchronized (this) {
				present = this.value;
				if (present == null) {
					present = this.supplier.get();
					this.value = present;
				}
			}
		}
		return present;
	}

}
