package dev.kiwi.amqp;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Something on the broker that is declared when it is first needed. What failed, as there
 * was no broker, is tried again by who comes next.
 */
final class Prepared {

	private final Supplier<CompletableFuture<Void>> declaring;

	private volatile @Nullable CompletableFuture<Void> latest;

	Prepared(Supplier<CompletableFuture<Void>> declaring) {
		this.declaring = declaring;
	}

	/** Completes when it is there. */
	CompletableFuture<Void> get() {
		CompletableFuture<Void> present = this.latest;
		if (present != null && !present.isCompletedExceptionally()) {
			return present;
		}
		synchronized (this) {
			present = this.latest;
			return (present != null && !present.isCompletedExceptionally()) ? present : again();
		}
	}

	/** Declares it though it was there once. */
	synchronized CompletableFuture<Void> again() {
		CompletableFuture<Void> begun = this.declaring.get();
		this.latest = begun;
		return begun;
	}

}
