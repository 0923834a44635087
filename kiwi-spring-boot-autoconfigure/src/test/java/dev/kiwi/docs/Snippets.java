package dev.kiwi.docs;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastContext;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.ConnectionListener;
import dev.kiwi.IncomingTask;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.SentTask;
import dev.kiwi.Subscription;
import dev.kiwi.Task;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskQueue;
import dev.kiwi.annotation.KiwiBroadcast;
import dev.kiwi.annotation.KiwiRpc;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The documentation's code, compiled. {@link SnippetTests} compares.
 */
@SuppressWarnings("unused")
class Snippets {

	private static final Logger log = LoggerFactory.getLogger(Snippets.class);

	private final Solver solver = new Solver();

	// @formatter:off

	static class Annotated {

@Component
class Relaxations {

	@KiwiTask("relax")                                    // competing workers on queue "relax"
	Energy relax(Structure structure, TaskContext task) {
		return this.solver.relax(structure);
	}

	@KiwiRpc("process.${worker.id}")                      // called by name
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

	static class Solver {

		Energy relax(Structure structure) {
			return new Energy(0);
		}

		boolean pause(int seconds) {
			return true;
		}

		void ended(String sender) {
		}

	}

}
