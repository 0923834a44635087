package dev.kiwi.engine;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.kiwi.ConnectionLostException;
import dev.kiwi.IncomingTask;
import dev.kiwi.KiwiException;
import dev.kiwi.TaskQueue;
import dev.kiwi.transport.TaskDelivery;
import org.jspecify.annotations.Nullable;

/**
 * The pull side of one queue.
 */
final class PullQueue implements TaskQueue {

	/** What a server that is slow or gone may take beyond the time-out. */
	private static final Duration GRACE = Duration.ofSeconds(30);

	private final EngineContext context;

	private final TaskCapabilities capabilities;

	private final String name;

	private final InFlight settling;

	PullQueue(EngineContext context, TaskCapabilities capabilities, String name, InFlight settling) {
		this.context = context;
		this.capabilities = capabilities;
		this.name = name;
		this.settling = settling;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public Optional<IncomingTask> next(Duration timeout) {
		this.context.requireOpen();
		Duration left = Times.bounded(timeout);
		long end = System.nanoTime() + left.toNanos();
		while (true) {
			Optional<TaskDelivery> delivery = poll(left);
			if (delivery.isEmpty()) {
				return Optional.empty();
			}
			PulledTask task = new PulledTask(this.context, this.capabilities, this.name, delivery.get(), this.settling);
			if (task.begin()) {
				return Optional.of(task);
			}
			left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
		}
	}

	private Optional<TaskDelivery> poll(Duration timeout) {
		var polling = this.capabilities.transport().poll(this.name, timeout);
		try {
			return polling.get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			Throwable cause = Replies.unwrapped(ex);
			throw (cause instanceof KiwiException known) ? known
					: new ConnectionLostException("Queue '" + this.name + "' could not be asked for a task", cause);
		}
		catch (TimeoutException | InterruptedException ex) {
			// a task that comes after all is nobody's here
			polling.thenAccept((late) -> late
				.ifPresent((task) -> task.settle(new Verdicts(this.context, this.name, task).release(false))));
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw new ConnectionLostException("Queue '" + this.name + "' gave no answer within " + timeout.plus(GRACE)
					+ ((ex instanceof InterruptedException) ? " before the waiting thread was interrupted" : ""), ex);
		}
	}

	@Override
	public Iterator<IncomingTask> iterator() {
		return new Iterator<>() {

			private @Nullable IncomingTask next;

			@Override
			public boolean hasNext() {
				if (this.next == null) {
					this.next = PullQueue.this.next(Duration.ZERO).orElse(null);
				}
				return this.next != null;
			}

			@Override
			public IncomingTask next() {
				if (!hasNext()) {
					throw new NoSuchElementException("Queue '" + PullQueue.this.name + "' is empty");
				}
				IncomingTask task = this.next;
				this.next = null;
				return Objects.requireNonNull(task);
			}

		};
	}

}
