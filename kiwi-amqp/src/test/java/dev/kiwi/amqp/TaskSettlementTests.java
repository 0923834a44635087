package dev.kiwi.amqp;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.Subscription;
import dev.kiwi.TaskOptions;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class TaskSettlementTests {

	private static final Verdict DONE = new Verdict.Complete(TestTransport.reply("a", Reply.Kind.RESULT));

	private final AmqpSettings settings = TestTransport.settings();

	private final Names names = new Names(this.settings.namespace());

	private final TestTransport kiwi = new TestTransport(Brokers.shared(), this.settings);

	private final BlockingQueue<TaskDelivery> deliveries = new LinkedBlockingQueue<>();

	@AfterEach
	void close() {
		this.kiwi.close();
	}

	@Test
	void aReplyReachesTheSenderAndTheTaskIsGone() throws Exception {
		TaskDelivery delivery = sentAndReceived(this.kiwi.instance);
		Reply reply = TestTransport.reply("a", Reply.Kind.RESULT);
		delivery.report(TestTransport.reply("a", Reply.Kind.PENDING));
		assertThat(TestTransport.get(delivery.settle(new Verdict.Complete(reply)))).isEqualTo(Settled.DONE);
		await().untilAsserted(() -> assertThat(this.kiwi.taskReplies).extracting(Reply::kind)
			.containsExactly(Reply.Kind.PENDING, Reply.Kind.RESULT));
		assertThat(messages("work")).isZero();
	}

	@Test
	void aReplyToASenderThatIsGoneEndsTheTaskAllTheSame() throws Exception {
		TaskDelivery delivery = sentAndReceived("nobody");
		Reply reply = TestTransport.reply("a", Reply.Kind.RESULT);
		assertThat(TestTransport.get(delivery.settle(new Verdict.Complete(reply)))).isEqualTo(Settled.DONE);
		assertThat(messages("work")).isZero();
	}

	@Test
	void aReleasedTaskIsGivenOutAgainAsRedelivered() throws Exception {
		TaskDelivery delivery = sentAndReceived(null);
		assertThat(delivery.isRedelivered()).isFalse();
		assertThat(TestTransport.get(delivery.settle(new Verdict.Release()))).isEqualTo(Settled.DONE);
		TaskDelivery again = received();
		assertThat(again.isRedelivered()).isTrue();
		assertThat(again.envelope().id()).isEqualTo("a");
		TestTransport.get(again.settle(DONE));
	}

	@Test
	void aRetriedTaskComesBackAfterItsDelayAsOftenAsNeeded() throws Exception {
		// the delays are declared with the first task that is to wait
		TestTransport.get(this.kiwi.tasks().send("other", TestTransport.envelope("first"), Duration.ofMillis(100)));
		TaskDelivery delivery = sentAndReceived(null);
		for (int attempt = 1; attempt <= 3; attempt++) {
			long begin = System.nanoTime();
			Verdict retry = new Verdict.Retry(
					delivery.envelope().withHeader(Headers.ATTEMPTS, Integer.toString(attempt)),
					Duration.ofMillis(600));
			assertThat(TestTransport.get(delivery.settle(retry))).isEqualTo(Settled.DONE);
			delivery = received();
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(450),
					Duration.ofSeconds(5));
			assertThat(delivery.envelope().count(Headers.ATTEMPTS, 0)).isEqualTo(attempt);
			assertThat(delivery.envelope().headers()).containsEntry("user", "ü").doesNotContainKey("x-death");
		}
		TestTransport.get(delivery.settle(DONE));
	}

	@Test
	void aBuriedTaskIsKeptWithItsReasonAndItsSenderTold() throws Exception {
		TaskDelivery delivery = sentAndReceived(this.kiwi.instance);
		Verdict bury = new Verdict.Bury(delivery.envelope().withHeader(Headers.REASON, "broken"),
				TestTransport.reply("a", Reply.Kind.EXCEPTION));
		assertThat(TestTransport.get(delivery.settle(bury))).isEqualTo(Settled.DONE);
		GetResponse letter = await().until(
				() -> this.kiwi.onChannel((channel) -> channel.basicGet(this.names.deadLetters(), true)),
				(response) -> response != null);
		assertThat(letter.getProps().getHeaders().get(Headers.REASON)).hasToString("broken");
		assertThat(letter.getProps().getExpiration())
			.isEqualTo(Long.toString(this.settings.deadLetterTimeToLive().toMillis()));
		await().until(() -> this.kiwi.taskReplies.size() == 1);
		assertThat(messages("work")).isZero();
	}

	@Test
	void whatIsOutCanBeSettledAfterTheConsumptionIsClosed() throws Exception {
		Subscription consumption = consume(10);
		TestTransport.get(this.kiwi.send("work", "a"));
		TaskDelivery delivery = received();
		consumption.close();
		TestTransport.get(this.kiwi.send("work", "b"));
		assertThat(consumption.ended().toCompletableFuture()).isNotDone();
		assertThat(TestTransport.get(delivery.settle(DONE))).isEqualTo(Settled.DONE);
		TestTransport.get(consumption.ended());
		assertThat(this.deliveries).isEmpty();
		assertThat(messages("work")).isEqualTo(1);
	}

	@Test
	void acknowledgementsOutOfOrderReachTheBroker() throws Exception {
		consume(100);
		for (int number = 0; number < 50; number++) {
			TestTransport.get(this.kiwi.send("work", "t" + number));
		}
		TaskDelivery first = received();
		for (int number = 1; number < 50; number++) {
			TestTransport.get(received().settle(DONE));
		}
		TaskDelivery[] again = new TaskDelivery[1];
		TestTransport.get(first.settle(new Verdict.Release()));
		again[0] = received();
		assertThat(again[0].envelope().id()).isEqualTo("t0");
		TestTransport.get(again[0].settle(DONE));
		assertThat(messages("work")).isZero();
	}

	@Test
	void aSecondVerdictChangesNothing() throws Exception {
		TaskDelivery delivery = sentAndReceived(null);
		TestTransport.get(delivery.settle(DONE));
		assertThat(TestTransport.get(delivery.settle(new Verdict.Release()))).isEqualTo(Settled.LOST_OWNERSHIP);
		assertThat(messages("work")).isZero();
	}

	@Test
	void aQueueThatSomebodyDeletesIsCreatedAgain() throws Exception {
		TestTransport.get(this.kiwi.send("work", "a"));
		this.kiwi.onChannel((channel) -> channel.queueDelete(this.names.task("work")));
		TestTransport.get(this.kiwi.send("work", "b"));
		consume(1);
		assertThat(received().envelope().id()).isEqualTo("b");
	}

	@Test
	void aQueueThatSomebodyDeletesIsCreatedAgainForItsNextWorker() throws Exception {
		try (Subscription first = consume(1)) {
			TestTransport.get(first.ready());
		}
		this.kiwi.onChannel((channel) -> channel.queueDelete(this.names.task("work")));
		TestTransport.get(consume(1).ready());
		TestTransport.get(this.kiwi.send("work", "a"));
		assertThat(received().envelope().id()).isEqualTo("a");
	}

	@Test
	void aQueueWithOtherArgumentsIsRefusedWithBothValues() throws Exception {
		this.kiwi.onChannel((channel) -> channel.queueDeclare(this.names.task("work"), true, false, false, null));
		assertThatThrownBy(() -> this.kiwi.send("work", "a").join()).hasCauseInstanceOf(QueueMismatchException.class)
			.hasMessageContaining(this.names.task("work"))
			.hasMessageContaining("adopt-existing-queues");
		assertThatThrownBy(() -> TestTransport.get(consume(1).ready()))
			.hasCauseInstanceOf(QueueMismatchException.class);
		TestTransport.get(this.kiwi.send("other", "a"));
	}

	@Test
	void aQueueWithOtherArgumentsIsAdoptedWhereThatIsWanted() throws Exception {
		this.kiwi.onChannel((channel) -> channel.queueDeclare(this.names.task("work"), true, false, false, null));
		try (TestTransport adopting = new TestTransport(Brokers.shared(),
				this.settings.withAdoptExistingQueues(true))) {
			TestTransport.get(adopting.send("work", "a"));
			Optional<TaskDelivery> polled = TestTransport.get(adopting.tasks().poll("work", Duration.ofSeconds(10)));
			assertThat(polled).isPresent();
			TestTransport.get(polled.get().settle(DONE));
		}
	}

	@Test
	void aForeignMessageIsDelivered() throws Exception {
		consume(1);
		TestTransport.get(this.kiwi.send("work", "a"));
		TestTransport.get(received().settle(DONE));
		this.kiwi.onChannel((channel) -> {
			channel.basicPublish("", this.names.task("work"), null, new byte[] { 1 });
			return null;
		});
		TaskDelivery foreign = received();
		assertThat(foreign.envelope().id()).isNotEmpty();
		assertThat(foreign.envelope().replyTo()).isNull();
		TestTransport.get(foreign.settle(DONE));
	}

	@Test
	void pollingTakesWhatIsThereAndWaitsForWhatIsNot() throws Exception {
		assertThat(TestTransport.get(this.kiwi.tasks().poll("work", Duration.ZERO))).isEmpty();
		assertThat(TestTransport.get(this.kiwi.tasks().poll("work", Duration.ofMillis(100)))).isEmpty();
		var waiting = this.kiwi.tasks().poll("work", Duration.ofSeconds(20));
		TestTransport.get(this.kiwi.send("work", "a"));
		TestTransport.get(this.kiwi.send("work", "b"));
		TaskDelivery first = TestTransport.get(waiting).orElseThrow();
		assertThat(first.envelope().id()).isEqualTo("a");
		TaskDelivery second = TestTransport.get(this.kiwi.tasks().poll("work", Duration.ZERO)).orElseThrow();
		assertThat(second.envelope().id()).isEqualTo("b");
		assertThat(second.isRedelivered()).isFalse();
		TestTransport.get(second.settle(DONE));
		TestTransport.get(first.settle(new Verdict.Release()));
		TaskDelivery again = TestTransport.get(this.kiwi.tasks().poll("work", Duration.ofSeconds(10))).orElseThrow();
		assertThat(again.isRedelivered()).isTrue();
	}

	@Test
	void theDelaysAreDeclaredWhenTheFirstTaskIsToWait() throws Exception {
		TaskDelivery delivery = sentAndReceived(null);
		assertThatThrownBy(this::lookForTheDelays).hasRootCauseInstanceOf(ShutdownSignalException.class)
			.hasStackTraceContaining("NOT_FOUND");
		TestTransport.get(delivery.settle(new Verdict.Retry(delivery.envelope(), Duration.ofMillis(100))));
		assertThat(received().envelope().id()).isEqualTo("a");
		lookForTheDelays();
	}

	@Test
	void delaysThatAKillLeftUnfinishedAreFinished() throws Exception {
		Duration longest = TaskOptions.MAX_DELAY;
		TestTransport.get(this.kiwi.tasks().send("work", TestTransport.envelope("a"), longest));
		this.kiwi.onChannel((channel) -> channel.exchangeUnbind(this.names.delay(1), this.names.delay(0), "0.#"));
		this.kiwi.onChannel((channel) -> channel.queueUnbind(this.names.delay(0), this.names.delay(0), "1.#"));
		try (TestTransport other = new TestTransport(Brokers.shared(), this.settings)) {
			TestTransport.get(other.tasks().send("work", TestTransport.envelope("b"), longest));
		}
		for (int step = 0; step < 20; step++) {
			String name = this.names.delay(step);
			this.kiwi.onChannel((channel) -> channel.exchangeDelete(name));
			this.kiwi.onChannel((channel) -> channel.queueDelete(name));
		}
		try (TestTransport other = new TestTransport(Brokers.shared(), this.settings)) {
			TestTransport.get(other.tasks().send("work", TestTransport.envelope("c"), longest));
		}
	}

	private void lookForTheDelays() throws Exception {
		this.kiwi.onChannel((channel) -> channel.queueDeclarePassive(this.names.delay(0)));
	}

	private TaskDelivery sentAndReceived(String replyTo) throws Exception {
		consume(10);
		TestTransport.get(this.kiwi.tasks().send("work", TestTransport.envelope("a", replyTo), Duration.ZERO));
		return received();
	}

	private Subscription consume(int prefetch) {
		return this.kiwi.tasks().consume("work", DeliveryGuarantee.AT_LEAST_ONCE, prefetch, this.deliveries::add);
	}

	private TaskDelivery received() throws InterruptedException {
		TaskDelivery delivery = this.deliveries.poll(20, TimeUnit.SECONDS);
		assertThat(delivery).isNotNull();
		return delivery;
	}

	/** Ready and unacknowledged ones, which only closing would tell apart. */
	private long messages(String queue) throws Exception {
		this.kiwi.transport.close();
		return this.kiwi.onChannel((channel) -> channel.messageCount(this.names.task(queue)));
	}

}
