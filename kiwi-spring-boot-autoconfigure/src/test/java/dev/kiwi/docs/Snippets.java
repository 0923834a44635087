package dev.kiwi.docs;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastContext;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.ConnectionListener;
import dev.kiwi.DeadLetter;
import dev.kiwi.DeadLetters;
import dev.kiwi.IncomingTask;
import dev.kiwi.KiwiAdmin;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.SentTask;
import dev.kiwi.Subscription;
import dev.kiwi.Task;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskFailedException;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskInfo;
import dev.kiwi.TaskLostException;
import dev.kiwi.TaskPage;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskQueue;
import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The documentation's code, compiled. {@link SnippetTests} compares.
 */
@SuppressWarnings("unused")
class Snippets {

	private static final Logger log = LoggerFactory.getLogger(Snippets.class);

	private final Solver solver = new Solver();

	private final Archive archive = new Archive();

	// @formatter:off

	void administration(KiwiAdmin admin) {
TaskPage page = admin.tasks(TaskQuery.all().inQueue("relax").inState(TaskState.RUNNING, TaskState.WAITING));
for (TaskInfo task : page.tasks()) {
	log.info("{} runs on {} since {}: {}", task.id(), task.worker(), task.since(), task.progress());
}
admin.task("5f0c…-1").ifPresent((task) -> log.info("{}", task.log()));
admin.cancelTask("5f0c…-1");
admin.pause("relax");                                     // every worker finishes what it has
	}

	static class Annotated {

@Component
class Relaxations {

	@KiwiTask("relax")                                    // competing workers on queue "relax"
	Energy relax(Structure structure, TaskContext task) {
		return this.solver.relax(structure);
	}

	@KiwiRpc("process.${worker.id:7}")                    // called by name
	boolean pause(PauseRequest request) {
		return this.solver.pause(request.seconds());
	}

	@KiwiBroadcast(filter = "state_changed.*.terminated") // heard by everyone who listens
	void childEnded(StateChange change, BroadcastContext broadcast) {
		this.solver.ended(broadcast.sender());
	}

	private final Solver solver = new Solver();

}

	}

	void otherSide(KiwiCommunicator kiwi, Structure structure, StateChange change) {
TaskHandle<Energy> handle = kiwi.sendTask("relax", structure, Energy.class);
handle.accepted().join();                                 // confirmed by the broker: it will be executed
Energy energy = handle.result().join();

boolean paused = kiwi.callRpc("process.7", new PauseRequest(60), Boolean.class).join();

kiwi.sendBroadcast(Broadcast.of("state_changed.running.terminated", change).from("process.7"));
	}

	void tasks(KiwiCommunicator kiwi, Structure structure, byte[] image) {
SentTask sent = kiwi.sendTask("thumbnails", image);                    // nobody waits for a result
sent.accepted().join();

TaskHandle<Energy> handle = kiwi.sendTask(Task.of("relax", structure).withHeader("project", "water"), Energy.class);
handle.onUpdate((update) -> log.info("{}: {}", handle.id(), update));  // pending, and the like
handle.result().thenAccept((energy) -> log.info("found {}", energy));

Subscription subscription = kiwi.addTaskSubscriber("relax", Structure.class,
		(request, task) -> solver.relax(request));
subscription.close();                                                  // running handlers finish
subscription.ended().toCompletableFuture().join();
	}

	void pull(KiwiCommunicator kiwi) {
TaskQueue queue = kiwi.taskQueue("relax");

queue.next(Duration.ofSeconds(10)).ifPresent((task) -> {
	try (task) {                                        // left unsettled, it goes back
		task.complete(solver.relax(task.payload(Structure.class)));
	}
});

for (IncomingTask task : queue) {                       // until the queue is empty
	try (task) {
		task.requeue();
	}
	break;
}
	}

	void retries(KiwiCommunicator kiwi) {
kiwi.addTaskSubscriber("fetch", Dataset.class, (dataset, task) -> {
	try {
		return archive.fetch(dataset);                  // what else it throws is tried again as the queue's settings say
	}
	catch (QuotaException ex) {
		throw TaskFailedException.retryAfter(Duration.ofHours(1), "the quota is used up", ex);
	}
	catch (NoSuchDatasetException ex) {
		throw TaskFailedException.forGood("there is no " + dataset, ex);
	}
});
	}

	void deadLetters(KiwiCommunicator kiwi, String id) {
DeadLetters letters = kiwi.deadLetters();
for (DeadLetter letter : letters.list((candidate) -> candidate.queue().equals("relax"))) {
	log.info("{} after {} attempts: {}", letter.id(), letter.attempts(), letter.reason());
}
letters.relaunch(id);
letters.relaunch((letter) -> letter.reason().contains("No space left on device"));
letters.discard((letter) -> letter.launch() > 2);
	}

	void options(KiwiCommunicator kiwi, Structure structure) {
kiwi.sendTask(Task.of("relax", structure).withDelay(Duration.ofMinutes(10)));
kiwi.sendTask(Task.of("relax", structure).withStartAt(Instant.parse("2027-01-01T06:00:00Z")));
kiwi.sendTask(Task.of("relax", structure).withTimeToLive(Duration.ofHours(1)));
kiwi.sendTask(Task.of("relax", structure).withPriority(9));
kiwi.sendTask(Task.of("relax", structure).withKey("water-7"));   // in-process only
	}

	void cancelling(KiwiCommunicator kiwi, Structure structure, String id) {
TaskHandle<Energy> handle = kiwi.sendTask("relax", structure, Energy.class);
handle.cancel().thenAccept((outcome) -> log.info("{}", outcome));
kiwi.cancelTask(id);                                    // whoever sent it

kiwi.addTaskSubscriber("relax", Structure.class, (request, task) -> {
	task.onCancel(solver::abort);                       // for work that an interrupt does not reach
	return solver.relax(request);
});
	}

	void heartbeat(KiwiCommunicator kiwi) {
kiwi.addTaskSubscriber("relax", Structure.class, (request, task) -> {
	while (!solver.isConverged()) {
		solver.step(request);
		task.heartbeat();                               // costs nothing, sends nothing
	}
	return solver.relax(request);
});
	}

	void progress(KiwiCommunicator kiwi, TaskHandle<Energy> handle) {
kiwi.addTaskSubscriber("relax", Structure.class, (request, task) -> {
	for (int step = 0; step < 1000; step++) {
		task.progress(step / 1000.0, "step " + step);
		task.log("temperature " + solver.temperature());
		task.partialResult(solver.step(request));
	}
	return solver.relax(request);
});

handle.onUpdate((update) -> {
	if (update instanceof TaskUpdate.Progress progress) {
		log.info("{} %: {}", 100 * progress.fraction(), progress.message());
	}
	else if (update instanceof TaskUpdate.Log lines) {
		lines.lines().forEach(log::info);
	}
	else if (update instanceof TaskUpdate.Partial partial) {
		log.info("So far {}", partial.value(Energy.class));
	}
	else if (update instanceof TaskUpdate.Retrying retrying) {
		log.info("Attempt {} failed: {}", retrying.attempt(), retrying.reason());
	}
});
	}

	void atMostOnce(KiwiCommunicator kiwi, Order order) {
kiwi.sendTask("charge", order, Receipt.class).result().whenComplete((receipt, failure) -> {
	if (failure instanceof TaskLostException) {          // nobody knows how far it came
		log.warn("See whether it was charged, then relaunch or discard it", failure);
	}
});
	}

	static class Together {

		private final Structures structures;

		private final KiwiCommunicator kiwi;

		Together(Structures structures, KiwiCommunicator kiwi) {
			this.structures = structures;
			this.kiwi = kiwi;
		}

		private Energy compute(Structure structure) {
			return new Energy(0);
		}

@KiwiTask("relax")
@Transactional
Energy relax(Structure structure) {
	Energy energy = compute(structure);
	structures.save(structure);             // these three
	kiwi.sendTask("report", energy);        // are committed together
	return energy;                          // or not at all
}

	}

	void completeInTransaction(KiwiCommunicator kiwi, TransactionTemplate transactions, Structures structures) {
kiwi.addTaskSubscriber("relax", Structure.class, (structure, task) -> transactions.execute((status) -> {
	structures.save(structure);
	task.completeInTransaction("saved");
	return null;
}));
	}

	void fencingToken(KiwiCommunicator kiwi, JdbcClient catalogue) {
kiwi.addTaskSubscriber("publish", Structure.class, (structure, task) -> {
	int written = catalogue.sql("UPDATE entry SET body = :body, token = :token WHERE id = :id AND token <= :token")
		.param("body", structure.name())
		.param("token", task.fencingToken())
		.param("id", task.id())
		.update();
	return written == 1;
});
	}

	void sameTransaction(KiwiCommunicator kiwi, TransactionTemplate transactions, Structures structures,
			Structure structure) {
transactions.executeWithoutResult((status) -> {
	structures.save(structure);
	kiwi.sendTask("relax", structure);      // if this is rolled back, nothing was sent
});
	}

	void following(KiwiCommunicator kiwi, TaskHandle<Energy> handle) {
String id = handle.id();                                 // kept somewhere by the process that sent the task

TaskHandle<Energy> followed = kiwi.followTask(id, Energy.class);   // in another one
followed.result().thenAccept((energy) -> log.info("found {}", energy));
	}

	void stopping(KiwiCommunicator kiwi) {
kiwi.addTaskSubscriber("relax", Structure.class, (request, task) -> {
	while (!solver.isConverged(request)) {
		solver.step(request);
		if (Thread.currentThread().isInterrupted()) {    // stopped, cancelled, or not this worker's any more
			if (task.isOwned()) {
				solver.save(request);
			}
			throw new InterruptedException("stopped at a checkpoint");
		}
	}
	return solver.relax(request);
});
	}

	void rpc(KiwiCommunicator kiwi) {
Subscription served = kiwi.addRpcSubscriber("process.7", PauseRequest.class,
		(request, call) -> solver.pause(request.seconds()));
Subscription only = kiwi.addRpcSubscriber(RpcEndpoint.of("scheduler").exclusive(), String.class,
		(message, call) -> "ok");

CompletableFuture<Boolean> paused = kiwi.callRpc(
		RpcCall.of("process.7", new PauseRequest(60)).withTimeout(Duration.ofSeconds(5)), Boolean.class);
	}

	void broadcasts(KiwiCommunicator kiwi, StateChange change) {
Subscription heard = kiwi.addBroadcastSubscriber(BroadcastFilter.subject("state_changed.*").sender("process.7"),
		StateChange.class, (body, broadcast) -> log.info("{} {}", broadcast.subject(), body));

kiwi.sendBroadcast(Broadcast.of("state_changed.running.paused", change).from("process.7"));
	}

	void connection(KiwiCommunicator kiwi) {
kiwi.addConnectionListener(new ConnectionListener() {

	@Override
	public void connectionLost(Throwable cause) {
		log.warn("Broker gone", cause);
	}

});
	}

	void plain() {
try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new InProcessTransport()).build()) {
	kiwi.addTaskSubscriber("double", Integer.class, (number, task) -> 2 * number);
	int four = kiwi.sendTask("double", 2, Integer.class).result().join();
}
	}

	// @formatter:on

	record Energy(double value) {
	}

	record Structure(String name) {
	}

	record PauseRequest(int seconds) {
	}

	record StateChange(String from, String to) {
	}

	record Dataset(String name) {
	}

	record Order(int cents) {
	}

	record Receipt(String number) {
	}

	static class QuotaException extends Exception {

	}

	static class NoSuchDatasetException extends Exception {

	}

	static class Archive {

		String fetch(Dataset dataset) throws QuotaException, NoSuchDatasetException {
			return "";
		}

	}

	static class Solver {

		Energy step(Structure structure) {
			return new Energy(0);
		}

		double temperature() {
			return 0;
		}

		boolean isConverged() {
			return true;
		}

		boolean isConverged(Structure structure) {
			return true;
		}

		void save(Structure structure) {
		}

		void abort() {
		}

		Energy relax(Structure structure) {
			return new Energy(0);
		}

		boolean pause(int seconds) {
			return true;
		}

		void ended(String sender) {
		}

	}

	/**
	 * The application's own data.
	 */
	interface Structures {

		void save(Structure structure);

	}

}
