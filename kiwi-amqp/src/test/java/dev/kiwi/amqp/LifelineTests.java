package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.rabbitmq.client.BlockedCallback;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.aop.framework.ProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A connection that is asked for an answer in the moment before the broker blocks it.
 */
@Timeout(60)
class LifelineTests {

	private final Broker broker = new Broker();

	private final AtomicBoolean blocked = new AtomicBoolean();

	private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);

	private final Openers openers = new Openers(this.thread, Openers.PATIENCE);

	private final Lifeline lifeline = new Lifeline(
			new Link("publishing", new CachingConnectionFactory(), this.thread, this.openers, new Link.Events() {

				@Override
				public void lost(Throwable cause) {
				}

				@Override
				public void opened() {
				}

			}), ProxyFactory.getProxy(Connection.class, this.broker), this.blocked::get);

	@AfterEach
	void close() {
		this.broker.reads.countDown();
		this.openers.close();
		this.thread.shutdownNow();
	}

	@Test
	void whatTheBrokerBlocksBeforeItAnswersHasAnswered() throws Exception {
		CompletionStage<Void> ping = this.lifeline.ping();
		assertThat(this.broker.asked.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(ping).isNotDone();
		for (BlockedListener listener : this.broker.listeners) {
			listener.handleUnblocked();
		}
		assertThat(ping).isNotDone();
		for (BlockedListener listener : this.broker.listeners) {
			listener.handleBlocked("low on memory");
		}
		assertThat(ping).isCompleted();
		assertThat(this.broker.listeners).isEmpty();
	}

	@Test
	void aConnectionThatIsBlockedIsNotAsked() {
		this.blocked.set(true);
		assertThat(this.lifeline.ping()).isCompleted();
		assertThat(this.broker.asked.getCount()).isEqualTo(1);
		assertThat(this.broker.listeners).isEmpty();
	}

	@Test
	void anAnswerLeavesNothingBehind() {
		this.broker.reads.countDown();
		assertThat(this.lifeline.ping()).succeedsWithin(Duration.ofSeconds(10));
		await().until(this.broker.listeners::isEmpty);
	}

	/** Takes what it is asked, and answers once it reads. */
	private static final class Broker implements MethodInterceptor {

		private final List<BlockedListener> listeners = new CopyOnWriteArrayList<>();

		private final CountDownLatch asked = new CountDownLatch(1);

		private final CountDownLatch reads = new CountDownLatch(1);

		@Override
		public Object invoke(MethodInvocation call) throws Throwable {
			return switch (call.getMethod().getName()) {
				case "addBlockedListener" -> added((BlockedCallback) call.getArguments()[0]);
				case "removeBlockedListener" -> this.listeners.remove(call.getArguments()[0]);
				case "createChannel" -> {
					this.asked.countDown();
					this.reads.await();
					yield null;
				}
				default -> throw new IOException("Not expected: " + call.getMethod());
			};
		}

		private BlockedListener added(BlockedCallback callback) {
			BlockedListener listener = new BlockedListener() {

				@Override
				public void handleBlocked(String reason) throws IOException {
					callback.handle(reason);
				}

				@Override
				public void handleUnblocked() {
				}

			};
			this.listeners.add(listener);
			return listener;
		}

	}

}
