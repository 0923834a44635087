package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EngineSubscriptionTests {

	@Test
	void operatorsSeeThatItIsReadyOnlyWhileItIsServed() {
		AtomicBoolean served = new AtomicBoolean(true);
		EngineSubscription subscription = new EngineSubscription(MessageKind.TASK, "relax",
				CompletableFuture.completedFuture(null), new InFlight(), served::get, () -> {
				});
		assertThat(subscription.info().ready()).isTrue();
		served.set(false);
		assertThat(subscription.info().ready()).isFalse();
	}

}
