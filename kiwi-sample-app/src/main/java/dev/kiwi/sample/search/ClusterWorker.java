package dev.kiwi.sample.search;

import java.util.concurrent.TimeUnit;

import dev.kiwi.Broadcast;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.TaskContext;
import dev.kiwi.annotation.KiwiTask;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Works on the queue {@code cluster-search}. While a search runs it answers RPC
 * {@code process.<id>}, and it broadcasts each change of state.
 */
@Component
@Profile("!client")
class ClusterWorker {

	@KiwiTask("cluster-search")
	SearchResult search(SearchRequest request, TaskContext task, KiwiCommunicator kiwi) throws Exception {
		SearchProcess process = new SearchProcess(task.id(), request, (from, status) -> kiwi
			.sendBroadcast(Broadcast.of(from.changeTo(status.state()), status).from(task.id())));
		try (Subscription steered = kiwi.addRpcSubscriber("process." + task.id(), ProcessCommand.class,
				(command, call) -> process.command(command))) {
			steered.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
			return process.run();
		}
	}

}
