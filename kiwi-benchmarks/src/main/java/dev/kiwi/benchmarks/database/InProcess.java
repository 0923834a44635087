package dev.kiwi.benchmarks.database;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.benchmarks.load.Call;
import dev.kiwi.benchmarks.load.Closing;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Waiting;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.inprocess.InProcessBroker;
import dev.kiwi.transport.inprocess.InProcessTransport;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * A task and its result within a process.
 */
final class InProcess {

	private InProcess() {
	}

	static Call kiwi() throws Exception {
		EngineSettings settings = EngineSettings.defaults();
		KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new InProcessTransport(new InProcessBroker()))
			.settings(settings
				.withTasks(settings.tasks().withConcurrency(Store.HANDLERS).withPrefetch(Store.HANDLERS * Store.BATCH)))
			.build();
		kiwi.addTaskSubscriber("work", Payload.class, (payload, task) -> Payload.ANSWER)
			.ready()
			.toCompletableFuture()
			.get(Waiting.SECONDS, TimeUnit.SECONDS);
		return new Closing(() -> kiwi.sendTask("work", Payload.OBJECT, Integer.class).result(), kiwi);
	}

	/** A queue in memory, a pool, and JSON both ways. */
	static Call raw() {
		JsonMapper json = JsonMapper.shared();
		ObjectReader payloads = json.readerFor(Payload.class);
		ObjectReader answers = json.readerFor(Integer.class);
		ExecutorService pool = Executors.newFixedThreadPool(Store.HANDLERS);
		return new Closing(() -> {
			byte[] body = json.writeValueAsBytes(Payload.OBJECT);
			CompletableFuture<Integer> answer = new CompletableFuture<>();
			pool.execute(() -> {
				payloads.readValue(body);
				answer.complete(answers.readValue(json.writeValueAsBytes(Payload.ANSWER)));
			});
			return answer;
		}, pool::shutdown);
	}

}
