package dev.kiwi.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class BroadcastEngineTests {

	private static final int MESSAGES = 3000;

	private static final int SUBSCRIBERS = 20;

	private final List<KiwiCommunicator> open = new ArrayList<>();

	@AfterEach
	void close() {
		this.open.forEach(KiwiCommunicator::close);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void whoeverIsSlowEachHearsEachOnceAndNoMoreAtOnceThanItMay(int width) {
		KiwiCommunicator kiwi = communicator(width);
		List<Collection<Integer>> heard = new ArrayList<>();
		AtomicInteger most = new AtomicInteger();
		for (int number = 0; number < SUBSCRIBERS; number++) {
			int own = number;
			Collection<Integer> numbers = new ConcurrentLinkedQueue<>();
			AtomicInteger atOnce = new AtomicInteger();
			heard.add(numbers);
			BroadcastFilter filter = (number % 2 == 0) ? BroadcastFilter.any() : BroadcastFilter.subject("n*");
			join(kiwi.addBroadcastSubscriber(filter, Integer.class, (body, broadcast) -> {
				most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
				if ((body + own) % 500 == 0) {
					LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
				}
				numbers.add(body);
				atOnce.decrementAndGet();
			}).ready().toCompletableFuture());
		}
		for (int message = 0; message < MESSAGES; message++) {
			kiwi.sendBroadcast("news", message);
		}
		List<Integer> all = IntStream.range(0, MESSAGES).boxed().toList();
		await().untilAsserted(() -> assertThat(heard).allMatch((numbers) -> numbers.size() == MESSAGES));
		assertThat(most).hasValueBetween(1, width);
		assertThat(heard).allSatisfy((numbers) -> {
			if (width == 1) {
				assertThat(numbers).containsExactlyElementsOf(all);
			}
			else {
				assertThat(numbers).containsExactlyInAnyOrderElementsOf(all);
			}
		});
	}

	@Test
	void whoComesAndGoesHearsNothingBeforeAndNothingAfter() {
		KiwiCommunicator kiwi = communicator(1);
		Collection<Integer> staying = new ConcurrentLinkedQueue<>();
		join(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), Integer.class, (body, broadcast) -> staying.add(body))
			.ready()
			.toCompletableFuture());
		for (int round = 0; round < 200; round++) {
			Collection<Integer> brief = new ConcurrentLinkedQueue<>();
			kiwi.sendBroadcast("news", 2 * round);
			Subscription subscription = kiwi.addBroadcastSubscriber(BroadcastFilter.any(), Integer.class,
					(body, broadcast) -> brief.add(body));
			join(subscription.ready().toCompletableFuture());
			kiwi.sendBroadcast("news", 2 * round + 1);
			subscription.close();
			join(subscription.ended().toCompletableFuture());
			int before = brief.size();
			assertThat(brief).isSubsetOf(2 * round + 1);
			kiwi.sendBroadcast("news", -1);
			assertThat(brief).hasSize(before);
		}
		await().until(() -> staying.size() == 600);
	}

	@Test
	void whoBlocksKeepsOnlyOneThread() throws Exception {
		KiwiCommunicator kiwi = communicator(1);
		Semaphore release = new Semaphore(0);
		AtomicInteger heard = new AtomicInteger();
		AtomicInteger stuck = new AtomicInteger();
		for (int number = 0; number < SUBSCRIBERS; number++) {
			boolean blocks = number % 2 == 0;
			join(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), Integer.class, (body, broadcast) -> {
				if (blocks) {
					stuck.incrementAndGet();
					release.acquire();
				}
				heard.incrementAndGet();
			}).ready().toCompletableFuture());
		}
		for (int message = 0; message < 100; message++) {
			kiwi.sendBroadcast("news", message);
		}
		await().until(() -> heard.get() == 100 * SUBSCRIBERS / 2 && stuck.get() == SUBSCRIBERS / 2);
		release.release(100 * SUBSCRIBERS);
		await().until(() -> heard.get() == 100 * SUBSCRIBERS);
	}

	private KiwiCommunicator communicator(int width) {
		EngineSettings defaults = EngineSettings.defaults();
		KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new InProcessTransport())
			.settings(new EngineSettings(defaults.defaultQueue(), defaults.tasks(), defaults.queues(),
					defaults.rpcTimeout(), defaults.rpcConcurrency(), width, defaults.maxPayloadBytes(),
					defaults.shutdownTimeout(), defaults.beacon(), defaults.watchdog()))
			.build();
		this.open.add(kiwi);
		return kiwi;
	}

	private static void join(CompletableFuture<?> future) {
		future.orTimeout(20, TimeUnit.SECONDS).join();
	}

}
