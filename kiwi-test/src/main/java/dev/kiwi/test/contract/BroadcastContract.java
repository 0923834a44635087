package dev.kiwi.test.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastContext;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.InvalidIdentifierException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.TypeRef;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Broadcasts: from one sender to everyone listening.
 */
interface BroadcastContract extends Environment {

	/**
	 * Passes every filter of these tests, is sent last, and proves that what came before
	 * was filtered.
	 */
	Broadcast MARKER = Broadcast.of("end.of.test", "end").from("marker");

	@Test
	default void everyProcessHearsWhatIsSent() {
		KiwiCommunicator first = process();
		KiwiCommunicator second = process();
		CompletableFuture<String> heardFirst = new CompletableFuture<>();
		CompletableFuture<String> heardSecond = new CompletableFuture<>();
		ready(first.addBroadcastSubscriber(BroadcastFilter.any(), String.class,
				(body, broadcast) -> heardFirst.complete(body)));
		ready(second.addBroadcastSubscriber(BroadcastFilter.any(), String.class,
				(body, broadcast) -> heardSecond.complete(body)));
		get(process().sendBroadcast("news", "hello"));
		assertThat(get(heardFirst)).isEqualTo("hello");
		assertThat(get(heardSecond)).isEqualTo("hello");
	}

	@Test
	default void aListenerKnowsAllThatWasSaid() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<BroadcastContext> heard = new CompletableFuture<>();
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), Point.class,
				(body, broadcast) -> heard.complete(broadcast)));
		get(kiwi.sendBroadcast(Broadcast.of("state.changed", new Point(1, 2))
			.from("process.7")
			.withCorrelationId("sweep-1")
			.withHeader("a", "b")));
		BroadcastContext broadcast = get(heard);
		assertThat(broadcast.subject()).isEqualTo("state.changed");
		assertThat(broadcast.sender()).isEqualTo("process.7");
		assertThat(broadcast.correlationId()).isEqualTo("sweep-1");
		assertThat(broadcast.headers()).containsOnlyKeys("a").containsEntry("a", "b");
	}

	@Test
	default void subjectsAreFilteredByGlobsThatCrossDotsAndMatchTheWhole() {
		assertThat(heard(BroadcastFilter.subject("state_changed.*.terminated"),
				Broadcast.of("state_changed.running.terminated", "yes"),
				Broadcast.of("state_changed.a.b.terminated", "yes"),
				Broadcast.of("state_changed.running.terminated.really", "no"),
				Broadcast.of("my.state_changed.running.terminated", "no"),
				Broadcast.of("state_changed.terminated", "no"), Broadcast.of(null, "no")))
			.containsExactly("yes", "yes");
	}

	@Test
	default void aGlobMayStandWithinAWordAndAlone() {
		assertThat(heard(BroadcastFilter.subject("st*te.x", "*.final"), Broadcast.of("state.x", "1"),
				Broadcast.of("st.a.te.x", "2"), Broadcast.of("a.final", "3"), Broadcast.of("a.b.final", "4"),
				Broadcast.of("final", "no"), Broadcast.of("state.y", "no")))
			.containsExactly("1", "2", "3", "4");
	}

	@Test
	default void sendersAreFilteredToo() {
		assertThat(heard(BroadcastFilter.from("process.*", "root"), Broadcast.of("a", "1").from("process.1"),
				Broadcast.of("a", "2").from("root"), Broadcast.of(null, "3").from("process.2"),
				Broadcast.of("a", "no").from("rooted"), Broadcast.of("a", "no")))
			.containsExactly("1", "2", "3");
	}

	@Test
	default void subjectAndSenderMustBothPass() {
		assertThat(heard(BroadcastFilter.subject("a.*").sender("s"), Broadcast.of("a.b", "yes").from("s"),
				Broadcast.of("a.b", "no").from("t"), Broadcast.of("b.a", "no").from("s"), Broadcast.of("a.b", "no")))
			.containsExactly("yes");
	}

	@Test
	default void regularExpressionsMatchTheWhole() {
		assertThat(heard(BroadcastFilter.subject("regex:state_changed\\.(running|paused)\\.\\w+"),
				Broadcast.of("state_changed.running.x", "yes"), Broadcast.of("state_changed.paused.y", "yes"),
				Broadcast.of("state_changed.created.z", "no"), Broadcast.of("state_changed.running.x.y", "no")))
			.containsExactly("yes", "yes");
	}

	@Test
	default void subjectsAreFreeText() {
		String[] subjects = { "#", "*", "a.#.b", "with spaces", "\u03b1\u03b2\u03b3 \uD83E\uDD5D", "..", "a.", ".a",
				"@", "x.@.y", "s".repeat(255) };
		assertThat(heard(BroadcastFilter.any(),
				IntStream.range(0, subjects.length)
					.mapToObj((i) -> Broadcast.of(subjects[i], String.valueOf(i)))
					.toArray(Broadcast[]::new)))
			.hasSize(subjects.length);
		for (String subject : subjects) {
			assertThat(
					heard(BroadcastFilter.subject(subject), Broadcast.of(subject, "yes"), Broadcast.of("x", "other")))
				.contains("yes")
				.hasSize(subject.equals("*") ? 2 : 1);
		}
	}

	@Test
	default void aSubjectOfMoreThan255BytesIsRefused() {
		KiwiCommunicator kiwi = process();
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> kiwi.sendBroadcast("s".repeat(256), "x"))
			.withMessageContaining("256 bytes");
	}

	@Test
	default void aListenersExceptionAffectsNobodyElse() {
		KiwiCommunicator kiwi = process();
		List<String> heard = new CopyOnWriteArrayList<>();
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (body, broadcast) -> {
			throw new IllegalStateException("deaf");
		}));
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), Point.class,
				(body, broadcast) -> heard.add("no point")));
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (body, broadcast) -> heard.add(body)));
		get(kiwi.sendBroadcast("a", "1"));
		get(kiwi.sendBroadcast("a", "2"));
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactly("1", "2"));
	}

	@Test
	default void whoIsStuckHoldsUpNobodyHoweverManyAreStuck() {
		KiwiCommunicator kiwi = process();
		Semaphore release = new Semaphore(0);
		List<List<String>> heard = new ArrayList<>();
		for (int number = 0; number < 9; number++) {
			boolean isStuck = number % 3 != 1;
			List<String> own = new CopyOnWriteArrayList<>();
			heard.add(own);
			ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (body, broadcast) -> {
				if (isStuck) {
					release.acquire();
				}
				own.add(body);
			}));
		}
		List<String> all = IntStream.range(0, 20).mapToObj(String::valueOf).toList();
		all.forEach((text) -> get(kiwi.sendBroadcast("a", text)));
		await().atMost(PATIENCE).until(() -> IntStream.of(1, 4, 7).allMatch((free) -> heard.get(free).equals(all)));
		assertThat(heard.get(0)).isEmpty();
		release.release(all.size() * heard.size());
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).allMatch(all::equals));
	}

	@Test
	default void whoIsStuckHoldsUpNobodyWithAnotherFilter() {
		KiwiCommunicator kiwi = process();
		Semaphore release = new Semaphore(0);
		AtomicInteger begun = new AtomicInteger();
		List<String> heard = new CopyOnWriteArrayList<>();
		List<String> filters = List.of("news", "news*", "*");
		for (String filter : filters) {
			ready(kiwi.addBroadcastSubscriber(BroadcastFilter.subject(filter), String.class, (body, broadcast) -> {
				if (begun.incrementAndGet() == 1) {
					release.acquire();
				}
				heard.add(filter);
			}));
		}
		get(kiwi.sendBroadcast("news", "x"));
		await().atMost(PATIENCE).until(() -> heard.size() == 2);
		release.release();
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactlyInAnyOrderElementsOf(filters));
	}

	@Test
	default void whatOneSubscriberChangesInABodyNoOtherSees() {
		KiwiCommunicator kiwi = process();
		Queue<List<String>> heard = new ConcurrentLinkedQueue<>();
		TypeRef<List<String>> texts = new TypeRef<>() {
		};
		for (int number = 0; number < 3; number++) {
			ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), texts, (body, broadcast) -> {
				body.add("mine");
				heard.add(body);
			}));
		}
		get(kiwi.sendBroadcast("a", List.of("x")));
		await().atMost(PATIENCE).until(() -> heard.size() == 3);
		assertThat(heard).allMatch(List.of("x", "mine")::equals);
	}

	@Test
	default void whoLeavesWithBroadcastsUnheardHoldsUpNoOther() {
		KiwiCommunicator kiwi = process();
		Semaphore release = new Semaphore(0);
		CompletableFuture<Void> begun = new CompletableFuture<>();
		AtomicInteger heard = new AtomicInteger();
		List<String> unheard = new CopyOnWriteArrayList<>();
		Subscription leaving = ready(
				kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (body, broadcast) -> {
					unheard.add(body);
					begun.complete(null);
					release.acquire();
				}));
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class,
				(body, broadcast) -> heard.incrementAndGet()));
		get(kiwi.sendBroadcast("a", "0"));
		get(begun);
		get(kiwi.sendBroadcast("a", "1"));
		leaving.close();
		release.release();
		get(leaving.ended());
		// more than may be unheard at once
		int many = 300;
		for (int number = 2; number < many; number++) {
			kiwi.sendBroadcast("a", String.valueOf(number));
		}
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).hasValue(many));
		assertThat(unheard).containsExactly("0");
	}

	@Test
	default void filtersComeAndGoWithTheirSubscribers() {
		KiwiCommunicator kiwi = process();
		List<String> heard = new CopyOnWriteArrayList<>();
		Subscription first = ready(kiwi.addBroadcastSubscriber(BroadcastFilter.subject("a"), String.class,
				(body, broadcast) -> heard.add("first " + body)));
		get(kiwi.sendBroadcast("b", "1"));
		// what is still on its way may be heard by who comes now
		get(kiwi.sendBroadcast("a", "2"));
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactly("first 2"));
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.subject("b"), String.class,
				(body, broadcast) -> heard.add("second " + body)));
		first.close();
		get(first.ended());
		get(kiwi.sendBroadcast("a", "3"));
		get(kiwi.sendBroadcast("b", "4"));
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactly("first 2", "second 4"));
	}

	@Test
	default void aSenderIsHeardInItsOrder() {
		Broadcast[] many = IntStream.range(0, 500)
			.mapToObj((number) -> Broadcast.of("count", String.valueOf(number)))
			.toArray(Broadcast[]::new);
		assertThat(heard(BroadcastFilter.any(), many))
			.isEqualTo(IntStream.range(0, 500).mapToObj(String::valueOf).toList());
	}

	@Test
	default void sendingWhereNobodyListensIsFine() {
		get(process().sendBroadcast("a", "1"));
	}

	/** What a subscriber in one process hears of what another sends. */
	private List<String> heard(BroadcastFilter filter, Broadcast... broadcasts) {
		List<String> heard = new CopyOnWriteArrayList<>();
		KiwiCommunicator listener = process();
		KiwiCommunicator sender = process();
		ready(listener.addBroadcastSubscriber(passingMarker(filter), String.class,
				(body, broadcast) -> heard.add(body)));
		for (Broadcast broadcast : broadcasts) {
			sender.sendBroadcast(broadcast);
		}
		sender.sendBroadcast(MARKER);
		await().atMost(PATIENCE).until(() -> heard.contains(MARKER.body()));
		heard.remove(MARKER.body());
		return heard;
	}

	private static BroadcastFilter passingMarker(BroadcastFilter filter) {
		BroadcastFilter subject = filter.subjects().isEmpty() ? filter : filter.withSubjects("end.of.test");
		return filter.senders().isEmpty() ? subject : subject.sender("marker");
	}

}
