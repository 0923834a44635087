package dev.kiwi.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.BroadcastHandler;
import dev.kiwi.CancelOutcome;
import dev.kiwi.ConnectionListener;
import dev.kiwi.DeadLetters;
import dev.kiwi.KiwiAdmin;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Registration;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.RpcHandler;
import dev.kiwi.SentTask;
import dev.kiwi.SubscriberInfo;
import dev.kiwi.Subscription;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskHandler;
import dev.kiwi.TaskQueue;
import dev.kiwi.TaskState;
import dev.kiwi.TransportInfo;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.QueueDepths;
import dev.kiwi.transport.QueueDepths.Depth;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskEvents;
import dev.kiwi.transport.TaskStates;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.TransportListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one communicator: joins the rooms for tasks, RPC and broadcasts over one transport.
 */
final class DefaultKiwiCommunicator implements KiwiCommunicator, EngineStatistics {

	private static final Logger logger = LoggerFactory.getLogger(DefaultKiwiCommunicator.class);

	/**
	 * What is left for callbacks of the user's once everything else is closed, in
	 * seconds.
	 */
	private static final int CALLBACK_GRACE = 5;

	/** What is left for handlers to return after they were interrupted. */
	private static final Duration INTERRUPT_GRACE = Duration.ofSeconds(5);

	private final Transport transport;

	private final EngineContext context;

	private final List<ExecutorService> owned;

	/** Writes events of tasks, or null where none are kept. */
	private final @Nullable RecordedTasks recorded;

	private final TaskEngine tasks;

	private final RpcEngine rpc;

	private final BroadcastEngine broadcasts;

	private final Control control;

	private final KiwiAdmin admin;

	private final ConnectionListeners listeners;

	private final Beacon beacon;

	private final List<EngineSubscription> subscriptions = new CopyOnWriteArrayList<>();

	private final AtomicBoolean closing = new AtomicBoolean();

	/**
	 * A communicator.
	 * @param transport beneath it, closed with it
	 * @param context what its rooms share
	 * @param owned executors that end with it
	 * @param administration how operators see it
	 */
	DefaultKiwiCommunicator(Transport transport, EngineContext context, List<ExecutorService> owned,
			AdminSettings administration) {
		this.transport = transport;
		this.context = context;
		this.owned = owned;
		Pauses pauses = new Pauses();
		ThisWorker self = new ThisWorker(context.instance(), administration.application());
		TaskEvents events = events(transport.tasks());
		EventLog log = (events != null) ? new EventLog(context, events, self) : null;
		this.recorded = (log != null) ? new RecordedTasks(transport.tasks(), context, log) : null;
		TaskTransport work = (this.recorded != null) ? this.recorded : transport.tasks();
		this.tasks = new TaskEngine(context, work, () -> transport.info().name(), pauses);
		this.rpc = new RpcEngine(context, transport.messages());
		this.broadcasts = new BroadcastEngine(context, transport.messages());
		LocalView here = new LocalView(context.traces(), self, this.tasks::worked, log);
		this.control = new Control(context, this.broadcasts, pauses, this.tasks::reconsider, here::answer);
		TaskView view = new TaskView(work, this.control, administration.answerTimeout(),
				(events != null) ? new TaskHistory(context, events, administration.viewedTasks()) : null);
		this.admin = new Admin(this, here, view, this.control, pauses, this.tasks::reconsider);
		this.listeners = new ConnectionListeners(context.executor());
		this.beacon = new Beacon(transport, context.settings().beacon());
	}

	void start() {
		this.context.observer().started(this);
		this.transport.start(this.context.instance(), new Incoming());
		if (this.recorded != null) {
			this.recorded.start();
		}
		this.tasks.watchdog().start();
		this.beacon.start(this.context);
	}

	@Override
	public SentTask sendTask(Task task) {
		return this.tasks.sendTask(task);
	}

	@Override
	public <R> TaskHandle<R> sendTask(Task task, TypeRef<R> resultType) {
		return this.tasks.sendTask(task, resultType);
	}

	@Override
	public <R> TaskHandle<R> followTask(String id, TypeRef<R> resultType) {
		return this.tasks.followTask(id, resultType);
	}

	@Override
	public CompletionStage<TaskState> taskState(String id) {
		return this.tasks.taskState(id);
	}

	@Override
	public CompletionStage<CancelOutcome> cancelTask(String id) {
		return this.tasks.cancelTask(id);
	}

	@Override
	public DeadLetters deadLetters() {
		return this.tasks.deadLetters();
	}

	@Override
	public <T> Subscription addTaskSubscriber(String queue, TypeRef<T> payloadType, TaskHandler<T> handler) {
		Subscription subscription = subscribed(this.tasks.addTaskSubscriber(queue, payloadType, handler));
		this.control.serve();
		return subscription;
	}

	@Override
	public TaskQueue taskQueue(String queue) {
		TaskQueue pulling = this.tasks.taskQueue(queue);
		this.control.serve();
		return pulling;
	}

	@Override
	public <R> CompletableFuture<R> callRpc(RpcCall call, TypeRef<R> resultType) {
		return this.rpc.callRpc(call, resultType);
	}

	@Override
	public <T> Subscription addRpcSubscriber(RpcEndpoint endpoint, TypeRef<T> messageType, RpcHandler<T> handler) {
		return subscribed(this.rpc.addRpcSubscriber(endpoint, messageType, handler));
	}

	@Override
	public CompletableFuture<Void> sendBroadcast(Broadcast broadcast) {
		return this.broadcasts.sendBroadcast(broadcast);
	}

	@Override
	public <T> Subscription addBroadcastSubscriber(BroadcastFilter filter, TypeRef<T> bodyType,
			BroadcastHandler<T> handler) {
		return subscribed(this.broadcasts.addBroadcastSubscriber(filter, bodyType, handler));
	}

	@Override
	public Registration addConnectionListener(ConnectionListener listener) {
		return this.listeners.add(listener);
	}

	@Override
	public TransportInfo transportInfo() {
		return this.transport.info();
	}

	@Override
	public KiwiAdmin admin() {
		return this.admin;
	}

	@Override
	public CompletionStage<Map<String, Depth>> depths(Collection<String> queues) {
		return this.transport.tasks()
			.capability(QueueDepths.class)
			.map((depths) -> depths.depths(queues))
			.orElseGet(() -> CompletableFuture.completedFuture(Map.of()));
	}

	/** The handlers of this process. */
	List<SubscriberInfo> subscribers() {
		return this.subscriptions.stream().map(EngineSubscription::info).toList();
	}

	@Override
	public EngineSnapshot snapshot() {
		return new EngineSnapshot(this.tasks.running(), this.tasks.pending(), this.rpc.pending(),
				this.tasks.watchdog().stuck(), this.beacon.ages());
	}

	@Override
	public boolean isClosed() {
		return this.closing.get();
	}

	@Override
	public void close() {
		if (!this.closing.compareAndSet(false, true)) {
			return;
		}
		endSubscriptions();
		this.context.close();
		if (this.recorded != null) {
			this.recorded.close();
		}
		this.transport.close();
		this.tasks.closed();
		this.rpc.closed();
		this.control.closed();
		this.listeners.tell(ConnectionListener::closed);
		this.owned.forEach(DefaultKiwiCommunicator::end);
	}

	/** Rows, where tasks are rows, say more than events. */
	private static @Nullable TaskEvents events(TaskTransport tasks) {
		return tasks.capability(TaskStates.class).isPresent() ? null : tasks.capability(TaskEvents.class).orElse(null);
	}

	private Subscription subscribed(EngineSubscription subscription) {
		this.subscriptions.add(subscription);
		subscription.ended().thenRun(() -> this.subscriptions.remove(subscription));
		if (this.closing.get()) {
			subscription.close();
		}
		return subscription;
	}

	/** What runs may still send and broadcast meanwhile. */
	private void endSubscriptions() {
		this.subscriptions.forEach(Subscription::close);
		this.tasks.pulled().close();
		Duration timeout = Times.bounded(this.context.settings().shutdownTimeout());
		// whoever closed them all before has waited already
		Duration waited = this.subscriptions.stream()
			.map(EngineSubscription::closedFor)
			.min(Comparator.naturalOrder())
			.orElse(Duration.ZERO);
		if (!haveEnded(timeout.minus(waited))) {
			logger.warn("After {} handlers still run for {}; they are interrupted, and their tasks given to others",
					timeout, identifiers());
			this.tasks.stop();
			if (!haveEnded(INTERRUPT_GRACE)) {
				logger.warn("Handlers for {} ignore that they were interrupted; what they work on is given to others",
						identifiers());
			}
		}
	}

	private List<String> identifiers() {
		return this.subscriptions.stream().map(Subscription::identifier).distinct().toList();
	}

	private boolean haveEnded(Duration timeout) {
		CompletableFuture<?>[] endings = this.subscriptions.stream()
			.map((subscription) -> subscription.ended().toCompletableFuture())
			.toArray(CompletableFuture[]::new);
		try {
			CompletableFuture.allOf(CompletableFuture.allOf(endings), this.tasks.pulled().ended())
				.get(Math.max(0, timeout.toMillis()), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The end of a subscription does not fail", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private static void end(ExecutorService executor) {
		executor.shutdown();
		try {
			if (!executor.awaitTermination(CALLBACK_GRACE, TimeUnit.SECONDS)) {
				executor.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			executor.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What the transport brings.
	 */
	private final class Incoming implements TransportListener {

		@Override
		public void taskReply(Reply reply) {
			DefaultKiwiCommunicator.this.tasks.replied(reply);
		}

		@Override
		public void rpcReply(Reply reply) {
			DefaultKiwiCommunicator.this.rpc.replied(reply);
		}

		@Override
		public void rpcUnroutable(String id) {
			DefaultKiwiCommunicator.this.rpc.unroutable(id);
		}

		@Override
		public void connectionLost(Throwable cause) {
			DefaultKiwiCommunicator.this.rpc.connectionLost(cause);
			DefaultKiwiCommunicator.this.listeners.tell((listener) -> listener.connectionLost(cause));
		}

		@Override
		public void connectionRecovered() {
			DefaultKiwiCommunicator.this.listeners.tell(ConnectionListener::connectionRecovered);
		}

	}

}
