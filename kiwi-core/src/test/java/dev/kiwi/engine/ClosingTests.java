package dev.kiwi.engine;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.TaskHandle;
import dev.kiwi.codec.JacksonPayloadCodec;
import dev.kiwi.codec.PayloadCodec;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is under way while a communicator closes.
 */
@Timeout(60)
class ClosingTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration GRACE = Duration.ofMillis(400);

	private final CountDownLatch end = new CountDownLatch(1);

	@AfterEach
	void end() {
		this.end.countDown();
	}

	@Test
	void aHandlerHasItsTimeThoughAnotherSubscriptionWasClosedLongAgo() throws Exception {
		KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new InProcessTransport())
			.settings(EngineSettings.defaults().withShutdownTimeout(GRACE))
			.build();
		CountDownLatch begun = new CountDownLatch(2);
		CountDownLatch closing = new CountDownLatch(1);
		Subscription first = kiwi.addTaskSubscriber("first", String.class, (text, task) -> {
			begun.countDown();
			this.end.await();
			return text;
		});
		Subscription second = kiwi.addTaskSubscriber("second", String.class, (text, task) -> {
			begun.countDown();
			closing.await();
			return text;
		});
		kiwi.sendTask("first", "x");
		TaskHandle<String> handle = kiwi.sendTask("second", "x", String.class);
		begun.await();
		long closed = System.nanoTime();
		first.close();
		await().until(() -> System.nanoTime() - closed > GRACE.toNanos());
		Thread thread = new Thread(kiwi::close);
		thread.start();
		await().until(() -> !second.isServed());
		// an interrupt would have come by now
		await().pollDelay(GRACE.dividedBy(4)).until(() -> true);
		closing.countDown();
		assertThat(handle.result()).succeedsWithin(PATIENCE).isEqualTo("x");
		thread.join();
	}

	@Test
	void whatIsSentMeanwhileFailsAsClosed() throws Exception {
		Slow codec = new Slow(this.end);
		KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new InProcessTransport()).codec(codec).build();
		CompletableFuture<String> result = CompletableFuture
			.supplyAsync(() -> kiwi.sendTask("q", "x", String.class).result())
			.thenCompose((sent) -> sent);
		codec.writing.await();
		CompletableFuture<String> answer = new CompletableFuture<>();
		Thread calling = new Thread(() -> {
			try {
				kiwi.callRpc("q", "x", String.class)
					.whenComplete((text, failure) -> answer.completeExceptionally(failure));
			}
			catch (RuntimeException ex) {
				answer.completeExceptionally(ex);
			}
		});
		calling.start();
		await().until(() -> calling.getState() == Thread.State.WAITING);
		kiwi.close();
		this.end.countDown();
		assertThat(result).failsWithin(PATIENCE)
			.withThrowableThat()
			.withCauseInstanceOf(CommunicatorClosedException.class);
		assertThat(answer).failsWithin(PATIENCE)
			.withThrowableThat()
			.withCauseInstanceOf(CommunicatorClosedException.class);
	}

	/**
	 * Writes when it is let.
	 */
	private static final class Slow implements PayloadCodec {

		private final JacksonPayloadCodec json = new JacksonPayloadCodec();

		private final CountDownLatch writing = new CountDownLatch(1);

		private final CountDownLatch goOn;

		private Slow(CountDownLatch goOn) {
			this.goOn = goOn;
		}

		@Override
		public String contentType() {
			return this.json.contentType();
		}

		@Override
		public byte[] encode(@Nullable Object payload) {
			this.writing.countDown();
			try {
				this.goOn.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return this.json.encode(payload);
		}

		@Override
		public @Nullable Object decode(byte[] body, Type type) {
			return this.json.decode(body, type);
		}

	}

}
