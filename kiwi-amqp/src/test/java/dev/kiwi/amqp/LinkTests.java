package dev.kiwi.amqp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class LinkTests {

	private static final long RETRY = 500;

	private static final long STEADY = 10_000;

	private final CachingConnectionFactory factory = TestTransport.factory(Brokers.shared().host(),
			Brokers.shared().port());

	private final Hasty thread = new Hasty();

	private final Openers openers = new Openers(this.thread, Openers.PATIENCE);

	private final Heard heard = new Heard();

	@AfterEach
	void close() {
		this.thread.shutdownNow();
		this.openers.close();
		this.factory.destroy();
	}

	@Test
	void aConnectionThatTheBrokerEndsAtOnceIsOpenedLaterEachTime() {
		Link link = link(this.factory);
		link.onOpen((connection) -> {
			throw ended();
		});
		link.need();
		await().until(() -> this.thread.pauses.size() >= 8);
		assertThat(this.thread.pauses).startsWith(500L, 1000L, 2000L, 4000L, 8000L, 16000L, 30000L, 30000L);
	}

	@Test
	void aNetworkThatBreaksAgainAndAgainIsTriedAgainSoon() {
		Link link = link(this.factory);
		link.onOpen((connection) -> {
			throw new IOException("Connection reset");
		});
		link.need();
		await().until(() -> this.thread.pauses.size() >= 3);
		assertThat(this.thread.pauses).startsWith(RETRY, RETRY, RETRY);
	}

	@Test
	void aConnectionThatLastedIsOpenedSoonAgain() {
		Link link = link(this.factory);
		this.thread.isSteady = true;
		link.onOpen((connection) -> {
			if (this.heard.opened.size() < 3) {
				link.drop(connection, ended());
			}
		});
		link.need();
		await().until(() -> this.heard.opened.size() == 4);
		assertThat(this.thread.pauses).containsExactly(RETRY, RETRY, RETRY);
	}

	@Test
	void aBrokerThatIsDownIsAskedForAgainAndAgain() {
		link(TestTransport.factory("localhost", 1)).need();
		await().until(() -> this.thread.pauses.size() >= 3);
		assertThat(this.thread.pauses).startsWith(RETRY, RETRY, RETRY);
		assertThat(this.heard.lost).hasSize(1);
	}

	private static IOException ended() {
		return new IOException(new ShutdownSignalException(true, false,
				new AMQP.Connection.Close.Builder().replyCode(AMQP.INTERNAL_ERROR).replyText("INTERNAL_ERROR").build(),
				null));
	}

	private Link link(CachingConnectionFactory factory) {
		return new Link("testing", factory, this.thread, this.openers, this.heard);
	}

	/** Knows how long it should have waited, and does not. */
	private static final class Hasty extends ScheduledThreadPoolExecutor {

		private final List<Long> pauses = new CopyOnWriteArrayList<>();

		private volatile boolean isSteady;

		Hasty() {
			super(1);
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
			if (delay == STEADY && !this.isSteady) {
				return super.schedule(command, delay, unit);
			}
			if (delay > 0 && delay != STEADY) {
				this.pauses.add(unit.toMillis(delay));
			}
			return super.schedule(command, 0, unit);
		}

	}

	private static final class Heard implements Link.Events {

		private final List<Throwable> lost = new CopyOnWriteArrayList<>();

		private final List<Boolean> opened = new CopyOnWriteArrayList<>();

		@Override
		public void lost(Throwable cause) {
			this.lost.add(cause);
		}

		@Override
		public void opened() {
			this.opened.add(true);
		}

	}

}
