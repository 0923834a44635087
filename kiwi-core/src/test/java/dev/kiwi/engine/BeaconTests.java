package dev.kiwi.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.ConnectionLostException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.transport.ServerConnection;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * When a connection counts as dead.
 */
@Timeout(30)
class BeaconTests {

	private static final Duration INTERVAL = Duration.ofMillis(50);

	private final Line mute = new Line("mute", new CompletableFuture<>());

	private final Line failing = new Line("failing", CompletableFuture.failedFuture(new IllegalStateException("no")));

	private final Line sound = new Line("sound", CompletableFuture.completedFuture(null));

	private final List<ServerConnection> connections = new CopyOnWriteArrayList<>(
			List.of(this.mute, this.failing, this.sound));

	private final KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new Wired(this.connections))
		.settings(EngineSettings.defaults().withBeacon(INTERVAL))
		.build();

	@AfterEach
	void close() {
		this.kiwi.close();
	}

	@Test
	void theThirdBeaconThatIsOwedDropsAConnectionAndNoOther() {
		await().until(() -> !this.mute.dropped.isEmpty() && !this.failing.dropped.isEmpty());
		assertThat(this.mute.dropped.get(0)).hasMessageContaining("mute").hasMessageContaining("kiwi.beacon.interval");
		assertThat(this.mute.asked).as("nobody asks again who owes an answer").hasValue(1);
		assertThat(this.failing.asked).as("asked again while it fails").hasValueGreaterThanOrEqualTo(3);
		await().until(() -> this.sound.asked.get() > 20);
		assertThat(this.sound.dropped).isEmpty();
	}

	@Test
	void aConnectionThatFollowsIsGivenItsOwnTime() {
		await().until(() -> !this.mute.dropped.isEmpty());
		this.connections.remove(this.mute);
		Line next = new Line("mute", CompletableFuture.completedFuture(null));
		this.connections.add(next);
		await().until(() -> next.asked.get() > 5);
		assertThat(next.dropped).isEmpty();
		assertThat(this.mute.dropped).hasSize(1);
	}

	@Test
	void theAgeOfTheLastAnswerGrowsWithoutOne() {
		await().until(() -> this.sound.asked.get() > 20);
		Map<String, Duration> ages = ((EngineStatistics) this.kiwi).snapshot().beacons();
		assertThat(ages).containsOnlyKeys("mute", "failing", "sound");
		assertThat(ages.get("mute")).isGreaterThan(INTERVAL.multipliedBy(10)).isGreaterThan(ages.get("sound"));
	}

	private record Line(String name, CompletableFuture<Void> answer, AtomicInteger asked,
			List<ConnectionLostException> dropped) implements ServerConnection {

		Line(String name, CompletableFuture<Void> answer) {
			this(name, answer, new AtomicInteger(), new CopyOnWriteArrayList<>());
		}

		@Override
		public CompletionStage<Void> ping() {
			this.asked.incrementAndGet();
			return this.answer;
		}

		@Override
		public void drop(ConnectionLostException cause) {
			this.dropped.add(cause);
		}

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

	private static final class Wired extends ForwardingTransport {

		private final List<ServerConnection> wires;

		Wired(List<ServerConnection> wires) {
			super(new InProcessTransport());
			this.wires = wires;
		}

		@Override
		public List<ServerConnection> connections() {
			return new ArrayList<>(this.wires);
		}

	}

}
