package dev.kiwi.sample.search;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

import dev.kiwi.Broadcast;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskFailedException;
import dev.kiwi.annotation.KiwiTask;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Works on the queue {@code cluster-search}. While a search runs it reports its progress,
 * answers RPC {@code process.<id>}, and broadcasts each change of state. Whoever cancels
 * the task kills the search.
 */
@Component
@Profile("!client")
class ClusterWorker {

	@KiwiTask("cluster-search")
	SearchResult search(SearchRequest request, TaskContext task, KiwiCommunicator kiwi) throws Exception {
		if (task.launch() == 0 && task.attempt() <= request.failures()) {
			throw new IllegalStateException(
					"The search for " + request.atoms() + " atoms failed on purpose at attempt " + task.attempt());
		}
		SearchProcess process = process(request, task, kiwi);
		task.onCancel(() -> process.command(ProcessCommand.KILL));
		try (Subscription steered = kiwi.addRpcSubscriber("process." + task.id(), ProcessCommand.class,
				(command, call) -> process.command(command))) {
			steered.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
			return process.run();
		}
	}

	private static SearchProcess process(SearchRequest request, TaskContext task, KiwiCommunicator kiwi) {
		try {
			return new SearchProcess(task.id(), request,
					(from, status) -> kiwi
						.sendBroadcast(Broadcast.of(from.changeTo(status.state()), status).from(task.id())),
					(status) -> task.progress((double) status.step() / status.steps(),
							String.format(Locale.ROOT, "best energy %.6f", status.energy())));
		}
		catch (IllegalArgumentException ex) {
			throw TaskFailedException.forGood("No such search: " + ex.getMessage(), ex);
		}
	}

}
