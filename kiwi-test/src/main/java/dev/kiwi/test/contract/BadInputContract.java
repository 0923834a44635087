package dev.kiwi.test.contract;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.DeadLetter;
import dev.kiwi.InvalidIdentifierException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.PayloadException;
import dev.kiwi.RemoteException;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.RpcTimeoutException;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What no well-behaved sender sends: refused clearly, kept aside with the reason,
 * answered to its sender, and the consumer goes on.
 */
interface BadInputContract extends Environment {

	String JSON = "application/json";

	@Test
	default void aBodyThatIsNoJson() {
		refused(JSON, "not json".getBytes(StandardCharsets.UTF_8), "cannot be read");
	}

	@Test
	default void aBodyOfAnotherType() {
		refused(JSON, "{\"x\": \"east\"}".getBytes(StandardCharsets.UTF_8), "Point");
	}

	@Test
	default void aBodyNestedTenThousandDeep() {
		refused(JSON, ("{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}").getBytes(StandardCharsets.UTF_8),
				"cannot be read");
	}

	@Test
	default void aBodyOverTheLimit() {
		refused(JSON, ("\"" + "x".repeat(50_000) + "\"").getBytes(StandardCharsets.UTF_8), "kiwi.max-payload");
	}

	@Test
	default void anUnknownContentType() {
		refused("application/x-pickle", "{}".getBytes(StandardCharsets.UTF_8), "application/x-pickle");
	}

	@Test
	default void aResultThatCannotEvenBeLookedAt() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("bad", String.class, (text, task) -> new Unreadable());
		assertThat(failure(kiwi.sendTask("bad", "x", Point.class).result())).isInstanceOfSatisfying(
				RemoteException.class, (ex) -> assertThat(ex.remoteType()).isEqualTo(AssertionError.class.getName()));
		assertThat(letter(kiwi).errorType()).isEqualTo(AssertionError.class.getName());
	}

	@Test
	default void aResultWhoseTypeFailsHere() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("picky", String.class, (text, task) -> Map.of("text", text));
		ready(kiwi.addRpcSubscriber("picky", String.class, (text, call) -> Map.of("text", text)));
		assertThat(failure(kiwi.sendTask("picky", "x", Picky.class).result())).isInstanceOf(AssertionError.class);
		assertThat(failure(kiwi.callRpc("picky", "x", Picky.class))).isInstanceOf(AssertionError.class);
	}

	@Test
	default void noContentType() {
		refused(null, "{}".getBytes(StandardCharsets.UTF_8), "content type");
	}

	@Test
	default void moreHeadersThanAnySenderMayGive() {
		refused(JSON, "{\"x\": 1, \"y\": 2}".getBytes(StandardCharsets.UTF_8), Map.of("large", "ü".repeat(50_000)),
				Map.of(), "[large]");
	}

	private void refused(@Nullable String contentType, byte[] body, String reason) {
		refused(contentType, body, Map.of("a", "b"), Map.of("a", "b"), reason);
	}

	/** Each is told to the sender, kept with the reason, and the worker goes on. */
	private void refused(@Nullable String contentType, byte[] body, Map<String, String> headers,
			Map<String, String> keptHeaders, String reason) {
		List<Reply> replies = new CopyOnWriteArrayList<>();
		Transport raw = raw(replies);
		KiwiCommunicator kiwi = process((settings) -> settings.withMaxPayloadBytes(40_000));
		kiwi.addTaskSubscriber("bad", Point.class, (point, task) -> point.swapped());
		get(raw.tasks().send("bad", new Envelope("bad-1", RAW, contentType, headers, body), Duration.ZERO));
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(replies).singleElement().satisfies((reply) -> {
			assertThat(reply.correlationId()).isEqualTo("bad-1");
			assertThat(reply.kind()).isEqualTo(Reply.Kind.EXCEPTION);
			assertThat(new String(reply.body(), StandardCharsets.UTF_8)).contains(reason).contains("bad-1");
		}));
		DeadLetter kept = letter(kiwi);
		assertThat(kept.id()).isEqualTo("bad-1");
		assertThat(kept.body()).isEqualTo(body);
		assertThat(kept.headers()).isEqualTo(keptHeaders);
		assertThat(kept.queue()).isEqualTo("bad");
		assertThat(kept.reason()).contains(reason);
		assertThat(get(kiwi.sendTask("bad", new Point(1, 2), Point.class).result())).isEqualTo(new Point(2, 1));
	}

	@Test
	default void aPayloadOverTheLimitIsRefusedAtTheSender() {
		KiwiCommunicator kiwi = process((settings) -> settings.withMaxPayloadBytes(40_000));
		String large = "x".repeat(50_000);
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> kiwi.sendTask("bad", large))
			.withMessageContaining("kiwi.max-payload");
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> kiwi.callRpc("bad", large, String.class));
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> kiwi.sendBroadcast("bad", large));
	}

	@Test
	default void aResultThatCannotBeWrittenFailsTheTask() {
		KiwiCommunicator kiwi = process((settings) -> settings.withMaxPayloadBytes(40_000));
		kiwi.addTaskSubscriber("large", Integer.class, (size, task) -> "x".repeat(size));
		assertThat(failure(kiwi.sendTask("large", 50_000, String.class).result())).isInstanceOf(RemoteException.class)
			.hasMessageContaining("kiwi.max-payload");
		assertThat(get(kiwi.sendTask("large", 1, String.class).result())).isEqualTo("x");
	}

	@Test
	default void aResultOfAnotherTypeFailsTheHandleOnly() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("text", String.class, (text, task) -> text);
		assertThat(failure(kiwi.sendTask("text", "x", Point.class).result())).isInstanceOf(PayloadException.class)
			.hasMessageContaining("Point");
	}

	@Test
	default void aReplyToAnUnknownTaskHarmsNobody() {
		Transport raw = raw(new CopyOnWriteArrayList<>());
		KiwiCommunicator sender = process();
		var handle = sender.sendTask("known", "x", String.class);
		var delivery = get(raw.tasks().poll("known", PATIENCE)).orElseThrow();
		get(delivery.settle(new Verdict.Complete(result("unknown", "\"wrong\""))));
		assertThat(handle.result()).isNotDone();
		sender.addTaskSubscriber("other", String.class, (text, task) -> text);
		assertThat(get(sender.sendTask("other", "x", String.class).result())).isEqualTo("x");
	}

	@Test
	default void aReplyThatComesTwiceCountsOnce() {
		Transport raw = raw(new CopyOnWriteArrayList<>());
		KiwiCommunicator sender = process();
		var handle = sender.sendTask("twice", "x", String.class);
		var delivery = get(raw.tasks().poll("twice", PATIENCE)).orElseThrow();
		delivery.report(result(handle.id(), "\"first\""));
		get(delivery.settle(new Verdict.Complete(result(handle.id(), "\"second\""))));
		assertThat(get(handle.result())).isIn("first", "second");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a*", "#", "two words", "tab\t", "new\nline", "\u0000", "\uD83E\uDD5D" })
	default void namesThatNoBrokerCouldCarrySafely(String name) {
		KiwiCommunicator kiwi = process();
		assertThatExceptionOfType(InvalidIdentifierException.class).isThrownBy(() -> kiwi.sendTask(name, "x"));
		assertThatExceptionOfType(InvalidIdentifierException.class).isThrownBy(() -> kiwi.taskQueue(name));
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> kiwi.addTaskSubscriber(name, String.class, (text, task) -> text));
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> kiwi.callRpc(name, "x", String.class));
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> kiwi.addRpcSubscriber(name, String.class, (text, call) -> text));
	}

	@Test
	default void aNameOfThreeHundredCharactersIsRefusedAndOneOfTwoHundredWorks() {
		KiwiCommunicator kiwi = process();
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> kiwi.sendTask("q".repeat(300), "x"));
		String longest = "q".repeat(200);
		kiwi.addTaskSubscriber(longest, String.class, (text, task) -> text);
		ready(kiwi.addRpcSubscriber(longest, String.class, (text, call) -> text));
		assertThat(get(kiwi.sendTask(longest, "x", String.class).result())).isEqualTo("x");
		assertThat(get(kiwi.callRpc(longest, "x", String.class))).isEqualTo("x");
	}

	@Test
	default void aMessageThatTheCalleeCannotReadIsAnErrorToTheCaller() {
		KiwiCommunicator kiwi = process();
		ready(kiwi.addRpcSubscriber("point", Point.class, (point, call) -> point.swapped()));
		assertThat(failure(kiwi.callRpc("point", "text", Point.class))).isInstanceOf(RemoteException.class)
			.hasMessageContaining("Point");
		assertThat(get(kiwi.callRpc("point", new Point(1, 2), Point.class))).isEqualTo(new Point(2, 1));
	}

	@Test
	default void aBroadcastThatCannotBeReadIsPassedOver() {
		Transport raw = raw(new CopyOnWriteArrayList<>());
		KiwiCommunicator kiwi = process();
		CompletableFuture<Point> heard = new CompletableFuture<>();
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), Point.class,
				(point, broadcast) -> heard.complete(point)));
		get(raw.messages()
			.publish(new BroadcastEnvelope("a", null, null,
					new Envelope("bad-2", null, JSON, Map.of(), "[[[".getBytes(StandardCharsets.UTF_8)))));
		get(kiwi.sendBroadcast("a", new Point(1, 2)));
		assertThat(get(heard)).isEqualTo(new Point(1, 2));
	}

	@Test
	default void aCallWhoseBodyCannotBeReadIsAnsweredByAnError() {
		List<Reply> replies = new CopyOnWriteArrayList<>();
		Transport raw = raw(replies);
		KiwiCommunicator kiwi = process((settings) -> settings.withMaxPayloadBytes(40_000));
		ready(kiwi.addRpcSubscriber("point", Point.class, (point, call) -> point.swapped()));
		String deep = "{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
		Map<String, String> bodies = Map.of("no-json", "not json", "deep", deep, "large", "x".repeat(50_000));
		bodies.forEach((id, body) -> get(raw.messages()
			.call("point", new Envelope(id, null, JSON, Map.of(), body.getBytes(StandardCharsets.UTF_8)), PATIENCE)));
		get(raw.messages()
			.call("point", new Envelope("pickle", null, "application/x-pickle", Map.of(), new byte[0]), PATIENCE));
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(replies).extracting(Reply::correlationId)
				.containsExactlyInAnyOrder("no-json", "deep", "large", "pickle"));
		assertThat(replies).extracting(Reply::kind).containsOnly(Reply.Kind.EXCEPTION);
		assertThat(get(kiwi.callRpc("point", new Point(1, 2), Point.class))).isEqualTo(new Point(2, 1));
	}

	@Test
	default void aReplyToAnUnknownCallHarmsNobody() {
		Transport raw = raw(new CopyOnWriteArrayList<>());
		KiwiCommunicator caller = process();
		get(raw.messages().serve(RpcEndpoint.of("stray"), 1, (delivery) -> {
			delivery.reply(new Reply("unknown", Reply.Kind.PENDING, null, Map.of(), new byte[0]));
			delivery.reply(result("unknown", "\"wrong\""));
			delivery.reply(result(delivery.request().id(), "\"ignored: the delivery is over\""));
		}).ready());
		CompletableFuture<String> stray = caller.callRpc(RpcCall.of("stray", "x").withTimeout(Duration.ofSeconds(1)),
				String.class);
		assertThat(failure(stray)).isInstanceOf(RpcTimeoutException.class);
		ready(caller.addRpcSubscriber("other", String.class, (text, call) -> text));
		assertThat(get(caller.callRpc("other", "x", String.class))).isEqualTo("x");
	}

	@Test
	default void aRefusedNameIsNamedWithTheRule() {
		KiwiCommunicator kiwi = process();
		assertThatExceptionOfType(InvalidIdentifierException.class).isThrownBy(() -> kiwi.sendTask("two words", "x"))
			.withMessageContaining("queue name 'two words'")
			.withMessageContaining("A-Z a-z 0-9");
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> kiwi.callRpc("line\nbreak", "x", String.class))
			.withMessageContaining("RPC identifier")
			.satisfies((ex) -> assertThat(ex.getMessage()).as("nothing raw in a log").doesNotContain("\n"));
	}

	private static Reply result(String id, String json) {
		return new Reply(id, Reply.Kind.RESULT, JSON, Map.of(), json.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Fails when it is written.
	 */
	final class Unreadable {

		public String getText() {
			throw new AssertionError("not to be read");
		}

	}

	/**
	 * Fails when it is read.
	 *
	 * @param text anything
	 */
	record Picky(String text) {

		public Picky {
			throw new AssertionError("not to be made");
		}

	}

}
