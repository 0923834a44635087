package dev.kiwi.amqp;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may write, as far as the broker has read.
 */
class EchoTests {

	private static final int KIB = 1024;

	private final Queue<CompletableFuture<Command>> asked = new ArrayDeque<>();

	private final AtomicLong now = new AtomicLong();

	private final Echo echo = new Echo((Channel) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { Channel.class }, (proxy, method, arguments) -> {
				CompletableFuture<Command> answer = new CompletableFuture<>();
				this.asked.add(answer);
				return answer;
			}), this.now::get);

	@Test
	void soMuchIsSureThatTheBuffersHoldWhatIsUnread() {
		assertThat(this.echo.isSureOf(64 * KIB)).isTrue();
		assertThat(this.echo.isSureOf(64 * KIB + 1)).isFalse();
		this.echo.write(40 * KIB);
		long end = this.echo.write(20 * KIB);
		assertThat(this.echo.isSureOf(4 * KIB)).isTrue();
		assertThat(this.echo.isSureOf(5 * KIB)).isFalse();
		this.echo.heard(end);
		assertThat(this.echo.isSureOf(64 * KIB)).isTrue();
	}

	@Test
	void whatIsConfirmedLateSaysNothingOfWhatCameAfterIt() {
		long first = this.echo.write(30 * KIB);
		long second = this.echo.write(30 * KIB);
		this.echo.heard(second);
		this.echo.heard(first);
		assertThat(this.echo.isSureOf(64 * KIB)).isTrue();
	}

	@Test
	void itAsksOnceAtATimeAndTheAnswerSaysThatAllBeforeWasRead() throws IOException {
		write(KIB);
		assertThat(this.asked).hasSize(1);
		for (int number = 0; number < 50; number++) {
			write(KIB);
		}
		assertThat(this.asked).hasSize(1);
		assertThat(this.echo.isSureOf(20 * KIB)).isFalse();
		this.asked.remove().complete(null);
		write(KIB);
		assertThat(this.asked).hasSize(1);
		this.asked.remove().complete(null);
		assertThat(this.echo.isSureOf(64 * KIB)).isTrue();
		write(15 * KIB);
		assertThat(this.asked).isEmpty();
	}

	@Test
	void aBrokerThatIsNotHeardOfMayHaveCeasedToRead() {
		this.now.set(TimeUnit.HOURS.toNanos(1));
		long end = this.echo.write(KIB);
		assertThat(this.echo.isSureOf(KIB)).isTrue();
		this.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
		assertThat(this.echo.isSureOf(KIB)).isFalse();
		this.echo.heard(end);
		assertThat(this.echo.isSureOf(KIB)).isTrue();
	}

	private void write(int bytes) throws IOException {
		this.echo.write(bytes);
		this.echo.ask();
	}

}
