package dev.kiwi.amqp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.MessageTransport.BroadcastListener;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.RpcDelivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class RpcAndBroadcastTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private final AmqpSettings settings = TestTransport.settings();

	private final Names names = new Names(this.settings.namespace());

	private final TestTransport one = new TestTransport(Brokers.shared(), this.settings);

	private final TestTransport other = new TestTransport(Brokers.shared(), this.settings);

	private final Queue<BroadcastEnvelope> heard = new ConcurrentLinkedQueue<>();

	@AfterEach
	void close() {
		this.one.close();
		this.other.close();
	}

	@Test
	void aCallIsAnswered() throws Exception {
		Subscription served = serve(this.one, RpcEndpoint.of("x"));
		TestTransport.get(call("x", "1"));
		await().until(() -> this.other.rpcReplies.size() == 2);
		assertThat(this.other.rpcReplies).extracting(Reply::kind)
			.containsExactly(Reply.Kind.PENDING, Reply.Kind.RESULT);
		served.close();
		TestTransport.get(served.ended());
	}

	@Test
	void aCallToNobodyFailsAtOnceAlsoAfterSomebodyHasGone() throws Exception {
		assertUnroutable("x");
		Subscription shared = serve(this.one, RpcEndpoint.of("x"));
		Subscription exclusive = serve(this.one, RpcEndpoint.of("y").exclusive());
		TestTransport.get(call("x", "1"));
		TestTransport.get(call("y", "2"));
		await().until(() -> this.other.rpcReplies.size() == 4);
		shared.close();
		exclusive.close();
		TestTransport.get(shared.ended());
		TestTransport.get(exclusive.ended());
		assertUnroutable("x");
		assertUnroutable("y");
	}

	@Test
	void whoIsInterruptedBeforeWhatItNeedsIsThereIsToldSo() {
		Thread.currentThread().interrupt();
		CompletableFuture<Void> call = call("x", "1").toCompletableFuture();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(call).isCompletedExceptionally();
		assertThatThrownBy(call::join).hasMessageContaining("Call 1 to 'x' was not sent: its thread was interrupted");
	}

	@Test
	void anIdentifierOfAClosedTransportIsFreeThoughItsConnectionLives() throws Exception {
		serve(this.one, RpcEndpoint.of("x").exclusive());
		this.one.transport.close();
		assertThat(this.one.factory.createConnection().isOpen()).isTrue();
		assertUnroutable("x");
		serve(this.other, RpcEndpoint.of("x").exclusive());
	}

	@Test
	void anExclusiveIdentifierIsRefusedToEveryoneElse() throws Exception {
		serve(this.one, RpcEndpoint.of("x").exclusive());
		assertDuplicate(this.other, RpcEndpoint.of("x").exclusive());
		assertDuplicate(this.other, RpcEndpoint.of("x"));
		// The same connection: the broker itself would let it.
		try (TestTransport guest = new TestTransport(this.one.factory, this.settings)) {
			assertDuplicate(guest, RpcEndpoint.of("x").exclusive());
			guest.transport.close();
		}
		serve(this.other, RpcEndpoint.of("shared"));
		assertDuplicate(this.one, RpcEndpoint.of("shared").exclusive());
	}

	@Test
	void aReleasedRequestGoesToAnotherInstance() throws Exception {
		Queue<RpcDelivery> first = new ConcurrentLinkedQueue<>();
		Subscription held = this.one.messages().serve(RpcEndpoint.of("x"), 10, first::add);
		TestTransport.get(held.ready());
		TestTransport.get(call("x", "1"));
		await().until(() -> first.size() == 1);
		serve(this.other, RpcEndpoint.of("x"));
		held.close();
		first.remove().release();
		await().until(() -> this.other.rpcReplies.size() == 2);
		TestTransport.get(held.ended());
	}

	@Test
	void aBroadcastReachesOnlyProcessesThatWantIt() throws Exception {
		BroadcastListener listener = listener();
		TestTransport.get(this.one.messages().listen(List.of(BroadcastFilter.subject("state.*")), listener));
		Queue<BroadcastEnvelope> unwanted = new ConcurrentLinkedQueue<>();
		TestTransport.get(this.other.messages().listen(List.of(BroadcastFilter.subject("never")), (broadcast) -> {
			unwanted.add(broadcast);
			return CompletableFuture.completedStage(null);
		}));
		publish("state.a.b", "me");
		publish("other", null);
		publish("s".repeat(250), "x".repeat(250));
		publish("state.c", null);
		await().untilAsserted(() -> assertThat(this.heard).extracting(BroadcastEnvelope::subject)
			.containsExactly("state.a.b", "s".repeat(250), "state.c"));
		assertThat(this.heard.peek().sender()).isEqualTo("me");
		assertThat(this.heard.peek().envelope().headers()).containsOnlyKeys("user");
		assertThat(unwanted).extracting(BroadcastEnvelope::subject).containsOnly("s".repeat(250));
		TestTransport.get(this.one.messages().listen(List.of(BroadcastFilter.from("me")), listener));
		this.heard.clear();
		publish("state.d", null);
		publish(null, "me");
		await().until(() -> !this.heard.isEmpty());
		assertThat(this.heard).hasSize(1).first().extracting(BroadcastEnvelope::subject).isNull();
		TestTransport.get(this.one.messages().listen(List.of(), listener));
		TestTransport.get(this.one.messages().listen(List.of(BroadcastFilter.any()), listener));
		publish(null, null);
		await().until(() -> this.heard.size() == 2);
	}

	@Test
	void slowListenersBoundHowManyBroadcastsAreOut() throws Exception {
		AmqpSettings few = new AmqpSettings(this.settings.namespace(), QueueType.QUORUM, false, LONG, 100, 1 << 20,
				Duration.ofDays(1), AmqpQueueSettings.DEFAULTS, Map.of(), 3, null, null);
		List<CompletableFuture<Void>> hearing = new ArrayList<>();
		try (TestTransport slow = new TestTransport(Brokers.shared(), few)) {
			TestTransport.get(slow.messages().listen(List.of(BroadcastFilter.any()), (broadcast) -> {
				CompletableFuture<Void> done = new CompletableFuture<>();
				synchronized (hearing) {
					hearing.add(done);
				}
				return done;
			}));
			for (int number = 0; number < 10; number++) {
				publish("n" + number, null);
			}
			await().until(() -> out(hearing) == 3);
			await().during(Duration.ofMillis(200)).until(() -> out(hearing) == 3);
			for (int heardBefore = 0; heardBefore < 10; heardBefore++) {
				int index = heardBefore;
				await().until(() -> out(hearing) > index);
				hearing.get(heardBefore).complete(null);
			}
		}
	}

	private static int out(List<CompletableFuture<Void>> hearing) {
		synchronized (hearing) {
			return hearing.size();
		}
	}

	private BroadcastListener listener() {
		return (broadcast) -> {
			this.heard.add(broadcast);
			return CompletableFuture.completedStage(null);
		};
	}

	private void publish(String subject, String sender) throws Exception {
		TestTransport.get(this.other.messages()
			.publish(new BroadcastEnvelope(subject, sender, null, TestTransport.envelope("b"))));
	}

	private CompletionStage<Void> call(String identifier, String id) {
		return this.other.messages().call(identifier, TestTransport.envelope(id), LONG);
	}

	private void assertUnroutable(String identifier) throws Exception {
		this.other.unroutable.clear();
		TestTransport.get(call(identifier, "nobody's"));
		await().atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(this.other.unroutable).containsExactly("nobody's"));
	}

	private void assertDuplicate(TestTransport transport, RpcEndpoint endpoint) {
		assertThatThrownBy(() -> TestTransport.get(transport.messages().serve(endpoint, 10, this::answer).ready()))
			.hasCauseInstanceOf(DuplicateSubscriberIdentifierException.class)
			.hasMessageContaining("'" + endpoint.identifier() + "'");
	}

	private Subscription serve(TestTransport transport, RpcEndpoint endpoint) throws Exception {
		Subscription served = transport.messages().serve(endpoint, 10, this::answer);
		TestTransport.get(served.ready());
		return served;
	}

	private void answer(RpcDelivery delivery) {
		delivery.reply(TestTransport.reply(delivery.request().id(), Reply.Kind.PENDING));
		delivery.reply(TestTransport.reply(delivery.request().id(), Reply.Kind.RESULT));
		delivery.reply(TestTransport.reply(delivery.request().id(), Reply.Kind.EXCEPTION));
	}

}
