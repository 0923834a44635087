package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.UnroutableException;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.RpcDelivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class InProcessMessagesTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final InProcessBroker broker = new InProcessBroker();

	private final InProcessTransport transport = new InProcessTransport(this.broker);

	private final InProcessTransport other = new InProcessTransport(this.broker);

	private final Queue<RpcDelivery> requests = new ConcurrentLinkedQueue<>();

	private final Queue<CompletableFuture<Void>> unheard = new ConcurrentLinkedQueue<>();

	@BeforeEach
	void start() {
		this.transport.start("one", new Deaf());
		this.other.start("other", new Deaf());
	}

	@AfterEach
	void close() {
		this.transport.close();
		this.other.close();
	}

	@Test
	void identifiersThatNobodyServesLeaveNothingBehind() {
		for (int number = 0; number < 100; number++) {
			assertThat(call("process." + number, MINUTE)).isCompletedExceptionally();
			this.transport.messages().serve(RpcEndpoint.of("process." + number), 1, this.requests::add).close();
		}
		assertThat(this.broker.identifiers()).isEmpty();
	}

	@Test
	void aRequestThatWaitsForAServerIsForgottenAfterItsTime() {
		var served = this.transport.messages().serve(RpcEndpoint.of("a"), 1, this.requests::add);
		assertThat(call("a", Duration.ofMillis(200))).isCompleted();
		served.close();
		this.requests.remove().release();
		assertThat(this.broker.identifiers()).containsExactly("a");
		await().atMost(Duration.ofSeconds(10)).until(() -> this.broker.identifiers().isEmpty());
	}

	@Test
	void aRequestGivenBackGoesToTheNextServerAndThenNobodyIsLeft() {
		var first = this.transport.messages().serve(RpcEndpoint.of("a"), 1, this.requests::add);
		assertThat(call("a", MINUTE)).isCompleted();
		first.close();
		this.requests.remove().release();
		assertThat(call("a", MINUTE)).isCompletedExceptionally();
		var second = this.other.messages().serve(RpcEndpoint.of("a"), 1, this.requests::add);
		assertThat(this.requests).hasSize(1);
		second.close();
		assertThat(call("a", MINUTE)).failsWithin(MINUTE)
			.withThrowableThat()
			.withCauseInstanceOf(UnroutableException.class);
	}

	@Test
	void aRequestIsHandedOverWithoutALock() throws Exception {
		var first = this.transport.messages().serve(RpcEndpoint.of("a"), 1, this.requests::add);
		assertThat(call("a", MINUTE)).isCompleted();
		first.close();
		this.requests.remove().release();
		CompletableFuture<Boolean> served = new CompletableFuture<>();
		this.transport.messages().serve(RpcEndpoint.of("a"), 1, (request) -> {
			var serving = CompletableFuture
				.runAsync(() -> this.other.messages().serve(RpcEndpoint.of("a"), 1, this.requests::add))
				.thenApply((nothing) -> true);
			served.complete(serving.completeOnTimeout(false, 5, TimeUnit.SECONDS).join());
		});
		assertThat(served.get(10, TimeUnit.SECONDS)).as("somebody else may serve meanwhile").isTrue();
	}

	@Test
	void aPublisherWaitsForAListenerThatHasTooMuchUnheard() throws Exception {
		listenAndFill();
		CompletableFuture<Void> next = publishAndWait();
		assertThat(this.unheard).hasSize(InProcessMessages.UNHEARD);
		this.unheard.remove().complete(null);
		next.get(10, TimeUnit.SECONDS);
		assertThat(this.unheard).hasSize(InProcessMessages.UNHEARD);
	}

	@Test
	void aListenerThatLeavesHoldsNoPublisherUp() throws Exception {
		listenAndFill();
		CompletableFuture<Void> next = publishAndWait();
		this.other.close();
		next.get(10, TimeUnit.SECONDS);
		assertThat(this.unheard).hasSize(InProcessMessages.UNHEARD);
	}

	/** Publishes once more, on a thread that is known to wait when this returns. */
	private CompletableFuture<Void> publishAndWait() {
		CompletableFuture<Void> published = new CompletableFuture<>();
		Thread publisher = new Thread(() -> publish().thenRun(() -> published.complete(null)));
		publisher.setDaemon(true);
		publisher.start();
		await().atMost(Duration.ofSeconds(10)).until(() -> publisher.getState() == Thread.State.TIMED_WAITING);
		assertThat(published).isNotDone();
		return published;
	}

	private void listenAndFill() {
		this.other.messages().listen(List.of(BroadcastFilter.any()), (broadcast) -> {
			CompletableFuture<Void> hearing = new CompletableFuture<>();
			this.unheard.add(hearing);
			return hearing;
		});
		for (int number = 0; number < InProcessMessages.UNHEARD; number++) {
			assertThat(publish()).isCompleted();
		}
	}

	private CompletableFuture<Void> publish() {
		return this.transport.messages().publish(new BroadcastEnvelope("s", null, null, envelope()));
	}

	private CompletableFuture<Void> call(String identifier, Duration timeToLive) {
		return this.transport.messages().call(identifier, envelope(), timeToLive);
	}

	private static Envelope envelope() {
		return new Envelope("id", null, null, Map.of(), new byte[0]);
	}

}
