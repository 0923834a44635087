package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.transport.ServerConnection;

/**
 * A link's connection, as the engine watches it. Asked by opening a channel and closing
 * it again: the broker's answer comes from a process of its own behind the connection's
 * reader, as deliveries do, and no queue, permission or alarm stands in its way.
 *
 * @param link where it belongs to
 * @param connection the connection
 * @param blocked whether the broker has said that it reads nothing from it now
 */
record Lifeline(Link link, Connection connection, BooleanSupplier blocked) implements ServerConnection {

	private static final Duration FAREWELL = Duration.ofSeconds(1);

	@Override
	public String name() {
		return this.link.name();
	}

	/**
	 * On a thread of its own, of which there is one at most for each connection: nobody
	 * else shall wait for a write that gets nowhere. That the broker blocks the
	 * connection is an answer, too: it may have been asked in the moment before.
	 */
	@Override
	public CompletionStage<Void> ping() {
		CompletableFuture<Void> answer = new CompletableFuture<>();
		BlockedListener blocking = this.connection.addBlockedListener((reason) -> answer.complete(null), () -> {
		});
		answer.whenComplete((nothing, failure) -> this.connection.removeBlockedListener(blocking));
		if (this.blocked.getAsBoolean()) {
			answer.complete(null);
			return answer;
		}
		aside("beacon", () -> {
			try {
				Link.closeQuietly(this.connection.createChannel());
				answer.complete(null);
			}
			catch (IOException | RuntimeException ex) {
				answer.completeExceptionally(ex);
			}
		});
		return answer;
	}

	@Override
	public void drop(ConnectionLostException cause) {
		this.link.drop(this.connection, cause);
		// writes a farewell, which may get nowhere, before it closes the socket
		aside("farewell", () -> this.connection.abort((int) FAREWELL.toMillis()));
	}

	private void aside(String what, Runnable action) {
		Thread thread = new Thread(action, "kiwi-amqp-" + what + "-" + name());
		thread.setDaemon(true);
		thread.start();
	}

}
