package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.kiwi.DeliveryGuarantee.AT_LEAST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

class InProcessTasksTests {

	private static final Verdict DONE = new Verdict.Complete(
			new Reply("0", Reply.Kind.RESULT, null, Map.of(), new byte[0]));

	private final InProcessBroker broker = new InProcessBroker();

	private final InProcessTransport transport = new InProcessTransport(this.broker);

	private final InProcessTransport other = new InProcessTransport(this.broker);

	private final List<TaskDelivery> held = new ArrayList<>();

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
	void severalGivenBackOneByOneComeAgainInTheirOrder() {
		var consumption = this.transport.tasks().consume("q", AT_LEAST_ONCE, 3, this.held::add);
		send(4);
		consumption.close();
		this.held.forEach((delivery) -> delivery.settle(new Verdict.Release()));
		List<TaskDelivery> again = new ArrayList<>();
		this.other.tasks().consume("q", AT_LEAST_ONCE, 10, again::add);
		assertThat(ids(again)).containsExactly("0", "1", "2", "3");
		assertThat(again.stream().map(TaskDelivery::isRedelivered)).containsExactly(true, true, true, false);
	}

	@Test
	void whoWaitsForATaskIsToldWhenTheTransportCloses() {
		CompletableFuture<Optional<TaskDelivery>> polled = this.transport.tasks().poll("q", Duration.ofMinutes(10));
		this.transport.close();
		assertThat(polled).failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withCauseInstanceOf(CommunicatorClosedException.class);
		assertThat(this.broker.tasks("q").hasConsumers()).isFalse();
	}

	@Test
	void aListenerThatThrowsDoesNotStopTheQueue() {
		this.transport.tasks().consume("q", AT_LEAST_ONCE, 10, (delivery) -> {
			this.held.add(delivery);
			throw new IllegalStateException("must not");
		});
		try {
			send(1);
		}
		catch (IllegalStateException ex) {
			// the sender is not to blame, and is not told below either
		}
		send(1);
		assertThat(this.held).hasSize(2);
	}

	@Test
	void aConsumerThatIsGoneGetsNothing() {
		MemoryQueue queue = this.broker.tasks("q");
		MemoryConsumer late = new MemoryConsumer("q", queue, 1, this.held::add, (consumer) -> {
		});
		late.abandon();
		queue.addConsumer(late);
		send(1);
		assertThat(queue.hasConsumers()).isFalse();
		assertThat(queue.take(late)).isNull();
		assertThat(poll()).isPresent();
	}

	@Test
	void theLoserKnowsBeforeAnotherGetsTheTask() {
		List<String> events = new ArrayList<>();
		this.transport.tasks()
			.consume("q", AT_LEAST_ONCE, 1, (delivery) -> delivery.onOwnershipLost(() -> events.add("lost")));
		this.other.tasks().consume("none", AT_LEAST_ONCE, 1, this.held::add);
		send(1);
		this.other.tasks().consume("q", AT_LEAST_ONCE, 1, (delivery) -> events.add("given to another"));
		this.transport.close();
		assertThat(events).containsExactly("lost", "given to another");
	}

	@Test
	void aDeliveryIsSettledOnce() {
		this.transport.tasks().consume("q", AT_LEAST_ONCE, 1, this.held::add);
		send(1);
		TaskDelivery delivery = this.held.get(0);
		assertThat(delivery.settle(DONE)).isCompletedWithValue(Settled.DONE);
		assertThat(delivery.settle(new Verdict.Release())).isCompletedWithValue(Settled.LOST_OWNERSHIP);
		assertThat(poll()).isEmpty();
	}

	@Test
	void aConsumptionEndsWhenAllThatItHoldsIsSettled() {
		var consumption = this.transport.tasks().consume("q", AT_LEAST_ONCE, 2, this.held::add);
		send(3);
		consumption.close();
		assertThat(consumption.ended().toCompletableFuture()).isNotDone();
		this.held.get(0).settle(DONE);
		assertThat(consumption.ended().toCompletableFuture()).isNotDone();
		this.held.get(1).settle(DONE);
		assertThat(consumption.ended().toCompletableFuture()).isDone();
		assertThat(this.held).hasSize(2);
		assertThat(poll()).isPresent();
	}

	private void send(int count) {
		IntStream.range(0, count)
			.forEach((number) -> this.transport.tasks()
				.send("q", new Envelope(Integer.toString(number), null, null, Map.of(), new byte[0]), Duration.ZERO));
	}

	private Optional<TaskDelivery> poll() {
		return this.other.tasks().poll("q", Duration.ZERO).orTimeout(5, TimeUnit.SECONDS).join();
	}

	private static List<String> ids(List<TaskDelivery> deliveries) {
		return deliveries.stream().map((delivery) -> delivery.envelope().id()).toList();
	}

}
