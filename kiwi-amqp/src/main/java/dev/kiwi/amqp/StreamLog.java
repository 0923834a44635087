package dev.kiwi.amqp;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.UnroutableException;
import org.jspecify.annotations.Nullable;

/**
 * A stream on the broker: a log that all read in the same order, each from where it
 * wants.
 */
final class StreamLog {

	static final String OFFSET = "x-stream-offset";

	private static final int PREFETCH = 1_000;

	private final Amqp amqp;

	private final String name;

	private final Link.Action declaration;

	private final Prepared declared;

	/** What it was just declared on, for the reader, who needs it once. */
	private final AtomicReference<@Nullable Connection> declaredOn = new AtomicReference<>();

	private CompletableFuture<Void> redeclared = CompletableFuture.completedFuture(null);

	/** Of this process' reader. */
	private volatile @Nullable Long lastOffset;

	/**
	 * A log.
	 * @param declaration declares the stream of that name
	 * @param settling how long nothing is written or read after that: what another
	 * process is just declaring is there by name, and costs who uses it the connection
	 */
	StreamLog(Amqp amqp, String name, Link.Action declaration, Duration settling) {
		this.amqp = amqp;
		this.name = name;
		this.declaration = declaration;
		this.declared = new Prepared(() -> settled(amqp.prepare((connection) -> {
			declaration.on(connection);
			this.declaredOn.set(connection);
		}), settling));
	}

	/** The stream's name on the broker. */
	String name() {
		return this.name;
	}

	/**
	 * Writes something. Never waits.
	 * @return completes when the broker has it
	 */
	CompletableFuture<Void> append(BasicProperties properties, byte[] body) {
		return this.declared.get()
			.thenCompose((nothing) -> publish(properties, body))
			.exceptionallyCompose((failure) -> {
				Throwable cause = Failures.unwrapped(failure);
				return (cause instanceof UnroutableException)
						? redeclared().thenCompose((nothing) -> publish(properties, body))
						: CompletableFuture.failedFuture(cause);
			});
	}

	/** Somebody deleted it. */
	private synchronized CompletableFuture<Void> redeclared() {
		CompletableFuture<Void> present = this.redeclared;
		if (present.isDone()) {
			present = this.declared.again();
			this.redeclared = present;
		}
		return present;
	}

	private CompletableFuture<Void> publish(BasicProperties properties, byte[] body) {
		return this.amqp.publisher().publish(Publication.OUTCOME, "", this.name, new WireMessage(properties, body));
	}

	/**
	 * Reads, once per process: each message once, also where it comes again after the
	 * connection broke.
	 * @param from where to begin, as the consumer argument {@value #OFFSET}
	 */
	Consumption follow(Object from, Consumer<Incoming> reader) {
		return this.amqp.consume(this.name, (connection) -> {
			if (this.declaredOn.getAndSet(null) != connection) {
				this.declaration.on(connection);
			}
			Long last = this.lastOffset;
			return Consumption.Declared.shared(this.name).with(Map.of(OFFSET, (last != null) ? last + 1 : from));
		}, PREFETCH, (incoming) -> {
			if (isNew(incoming)) {
				reader.accept(incoming);
			}
			incoming.acknowledge();
		}, this.declared.get().exceptionally((failure) -> null));
	}

	private CompletableFuture<Void> settled(CompletableFuture<Void> declaring, Duration settling) {
		return settling.isZero() ? declaring : declaring.thenCompose((nothing) -> {
			CompletableFuture<Void> settled = new CompletableFuture<>();
			try {
				this.amqp.timer().schedule(() -> settled.complete(null), settling.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				settled.completeExceptionally(new CommunicatorClosedException("The communicator is closed"));
			}
			return settled;
		});
	}

	private boolean isNew(Incoming incoming) {
		Map<String, Object> headers = incoming.properties().getHeaders();
		Long last = this.lastOffset;
		if (headers == null || !(headers.get(OFFSET) instanceof Long offset) || (last != null && offset <= last)) {
			return false;
		}
		this.lastOffset = offset;
		return true;
	}

}
