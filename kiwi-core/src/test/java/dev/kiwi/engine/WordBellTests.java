package dev.kiwi.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.kiwi.TransportInfo;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.WakeUps;
import dev.kiwi.transport.inprocess.Deaf;
import dev.kiwi.transport.inprocess.InProcessBroker;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is rung while the broker is away.
 */
class WordBellTests {

	private final InProcessBroker broker = new InProcessBroker();

	private final Switched sending = new Switched(new InProcessTransport(this.broker));

	private final Switched hearing = new Switched(new InProcessTransport(this.broker));

	private final WordBell sender = new WordBell(this.sending);

	private final WordBell hearer = new WordBell(this.hearing);

	private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

	@BeforeEach
	void start() throws Exception {
		this.sender.start("sender");
		this.sending.start("sender", new Deaf());
		this.hearer.start("hearer");
		this.hearing.start("hearer", new Deaf());
		this.hearer.listen(this.heard::add);
		assertThat(next()).as("what was rung before").isEqualTo(WakeUps.ANYWHERE);
	}

	@AfterEach
	void close() {
		this.sender.close();
		this.hearer.close();
		this.sending.close();
		this.hearing.close();
	}

	@Test
	void itIsHeardOnceTheBrokerIsThere() throws Exception {
		this.sending.connected = false;
		this.sender.ring(null, List.of("queue:a"));
		this.sender.ring(null, List.of("queue:a", "queue:b"));
		this.sender.ring("hearer", List.of("told"));
		assertThat(this.heard.poll(100, TimeUnit.MILLISECONDS)).isNull();
		this.sending.connected = true;
		this.sender.missed();
		assertThat(List.of(next(), next(), next())).containsExactlyInAnyOrder("queue:a", "queue:b", "told");
		assertThat(this.heard).isEmpty();
	}

	@Test
	void whereItIsMuchItIsRungForAnywhere() throws Exception {
		this.sending.connected = false;
		this.sender.ring(null, IntStream.range(0, 1_000).mapToObj((number) -> "queue:" + number).toList());
		IntStream.range(0, 1_000).forEach((number) -> this.sender.ring("instance-" + number, List.of("told")));
		this.sending.connected = true;
		this.sender.missed();
		assertThat(next()).isEqualTo(WakeUps.ANYWHERE);
		assertThat(this.heard.poll(100, TimeUnit.MILLISECONDS)).isNull();
	}

	private String next() throws InterruptedException {
		return this.heard.poll(10, TimeUnit.SECONDS);
	}

	/**
	 * A transport that says whether it is connected as it is told to.
	 */
	private static final class Switched extends ForwardingTransport {

		private volatile boolean connected = true;

		Switched(Transport transport) {
			super(transport);
		}

		@Override
		public TransportInfo info() {
			return new TransportInfo("switched", this.connected, Map.of());
		}

	}

}
