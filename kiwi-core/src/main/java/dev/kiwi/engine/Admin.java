package dev.kiwi.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.kiwi.CancelOutcome;
import dev.kiwi.DeadLetters;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.KiwiAdmin;
import dev.kiwi.KiwiException;
import dev.kiwi.QueueInfo;
import dev.kiwi.SubscriberInfo;
import dev.kiwi.TaskInfo;
import dev.kiwi.TaskPage;
import dev.kiwi.TaskQuery;
import dev.kiwi.TransportInfo;
import dev.kiwi.WorkerInfo;
import dev.kiwi.engine.ControlMessage.Answer;
import dev.kiwi.engine.ControlMessage.Order;
import dev.kiwi.engine.ControlMessage.Worked;
import dev.kiwi.transport.QueueDepths.Depth;
import org.jspecify.annotations.Nullable;

/**
 * What operators see and do.
 */
final class Admin implements KiwiAdmin {

	private static final Duration TIMEOUT = Duration.ofMinutes(1);

	private final DefaultKiwiCommunicator communicator;

	private final LocalView here;

	private final TaskView view;

	private final Control control;

	private final Pauses pauses;

	private final Runnable onPauses;

	Admin(DefaultKiwiCommunicator communicator, LocalView here, TaskView view, Control control, Pauses pauses,
			Runnable onPauses) {
		this.communicator = communicator;
		this.here = here;
		this.view = view;
		this.control = control;
		this.pauses = pauses;
		this.onPauses = onPauses;
	}

	@Override
	public WorkerInfo self() {
		return this.here.self();
	}

	@Override
	public TransportInfo transportInfo() {
		return this.communicator.transportInfo();
	}

	@Override
	public List<SubscriberInfo> subscribers() {
		return this.communicator.subscribers();
	}

	@Override
	public List<QueueInfo> queues() {
		requireOpen();
		Collection<Answer> answers = get(this.view.queues(), "The workers could not be asked for their queues");
		Map<String, Tally> tallies = new TreeMap<>();
		answers.forEach((answer) -> answer.queues()
			.forEach((queue, worked) -> tallies.computeIfAbsent(queue, (name) -> new Tally()).add(worked)));
		Map<String, Depth> depths = get(this.communicator.depths(Set.copyOf(tallies.keySet())),
				"The transport could not be asked for its queues");
		depths.keySet().forEach((queue) -> tallies.computeIfAbsent(queue, (name) -> new Tally()));
		return tallies.entrySet()
			.stream()
			.map((entry) -> entry.getValue().queue(entry.getKey(), depths.get(entry.getKey())))
			.toList();
	}

	@Override
	public TaskPage tasks(TaskQuery query) {
		requireOpen();
		return get(this.view.list(query), "The tasks could not be listed");
	}

	@Override
	public Optional<TaskInfo> task(String id) {
		requireOpen();
		return get(this.view.find(Identifiers.task(id)), "Task " + id + " could not be looked for");
	}

	@Override
	public CancelOutcome cancelTask(String id) {
		return get(this.communicator.cancelTask(id), "Task " + id + " could not be cancelled");
	}

	@Override
	public DeadLetters deadLetters() {
		return this.communicator.deadLetters();
	}

	@Override
	public void pause(String queue) {
		order(queue, true);
	}

	@Override
	public void resume(String queue) {
		order(queue, false);
	}

	@Override
	public void pauseHere(String queue) {
		here(queue, true);
	}

	@Override
	public void resumeHere(String queue) {
		here(queue, false);
	}

	@Override
	public Set<String> pausedQueues() {
		return this.pauses.paused();
	}

	private void order(String queue, boolean paused) {
		requireOpen();
		Map<String, Order> order = Map.of(Identifiers.queue(queue), this.pauses.next(queue, paused));
		get(this.control.order(order).thenApply((nothing) -> true), "Queue '" + queue + "' is "
				+ (paused ? "paused" : "resumed") + " in this process, but the others could not be told");
	}

	private void here(String queue, boolean paused) {
		requireOpen();
		this.pauses.here(Identifiers.queue(queue), paused);
		this.onPauses.run();
	}

	private void requireOpen() {
		if (this.communicator.isClosed()) {
			throw EngineContext.closedException();
		}
	}

	private static <T> T get(CompletionStage<T> stage, String what) {
		try {
			return stage.toCompletableFuture().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			Throwable cause = Replies.unwrapped(ex);
			if (cause instanceof IllegalArgumentException wrong) {
				throw wrong;
			}
			throw (cause instanceof KiwiException known) ? known
					: new DeliveryFailedException(what + ": " + cause.getMessage(), cause);
		}
		catch (TimeoutException ex) {
			throw new DeliveryFailedException(what + " within " + TIMEOUT, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DeliveryFailedException(what + ": interrupted", ex);
		}
	}

	/**
	 * What workers say of one queue.
	 */
	private static final class Tally {

		private int running;

		private int workers;

		private int paused;

		void add(Worked worked) {
			this.running += worked.running();
			this.workers++;
			this.paused += worked.paused() ? 1 : 0;
		}

		QueueInfo queue(String name, @Nullable Depth depth) {
			int consuming = this.workers - this.paused;
			if (depth == null) {
				return new QueueInfo(name, null, null, this.running, consuming, this.workers, this.paused, null);
			}
			return new QueueInfo(name, depth.ready(), depth.delayed(), this.running,
					(depth.consumers() != null) ? depth.consumers() : consuming, this.workers, this.paused,
					depth.oldest());
		}

	}

}
