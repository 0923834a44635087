package dev.kiwi.engine;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcCall;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a handler's log lines say of the message.
 */
@Timeout(30)
class HandlerScopeTests {

	private static final TypeRef<Map<String, String>> KEYS = new TypeRef<>() {
	};

	private final ExecutorService oneThread = Executors.newSingleThreadExecutor();

	private final KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new InProcessTransport())
		.executor(this.oneThread)
		.build();

	@AfterEach
	void close() {
		this.kiwi.close();
		this.oneThread.shutdownNow();
	}

	@Test
	void namesTheTaskWhileItsHandlerRuns() {
		this.kiwi.addTaskSubscriber("work", String.class, (payload, task) -> MDC.getCopyOfContextMap());
		TaskHandle<Map<String, String>> handle = this.kiwi.sendTask(Task.of("work", "x"), KEYS);
		assertThat(join(handle.result()))
			.isEqualTo(Map.of("kiwi.id", handle.id(), "kiwi.queue", "work", "kiwi.attempt", "1"));
	}

	@Test
	void namesTheCall() {
		this.kiwi.addRpcSubscriber("who", String.class, (message, call) -> MDC.getCopyOfContextMap());
		assertThat(join(this.kiwi.callRpc(RpcCall.of("who", "x"), KEYS))).containsEntry("kiwi.identifier", "who")
			.containsKey("kiwi.id")
			.hasSize(2);
	}

	@Test
	void namesTheBroadcast() {
		CompletableFuture<Map<String, String>> said = new CompletableFuture<>();
		this.kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class,
				(body, broadcast) -> said.complete(MDC.getCopyOfContextMap()));
		this.kiwi.sendBroadcast(Broadcast.of("news", "x"));
		assertThat(join(said)).containsEntry("kiwi.subject", "news").containsKey("kiwi.id").hasSize(2);
	}

	@Test
	void namesTheBroadcastToTheNextListenerWhereOneHasClearedTheKeys() {
		BlockingQueue<Map<String, String>> said = new LinkedBlockingQueue<>();
		for (int listener = 0; listener < 3; listener++) {
			this.kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (body, broadcast) -> {
				said.add(MDC.getCopyOfContextMap());
				MDC.clear();
			});
		}
		this.kiwi.sendBroadcast(Broadcast.of("news", "x"));
		await().untilAsserted(() -> assertThat(said).hasSize(3)
			.allSatisfy((keys) -> assertThat(keys).containsEntry("kiwi.subject", "news").containsKey("kiwi.id")));
	}

	@Test
	void leavesTheThreadAsItWas() throws Exception {
		this.oneThread.submit(() -> {
			MDC.put("kiwi.queue", "before");
			MDC.put("other", "kept");
		}).get();
		this.kiwi.addTaskSubscriber("work", String.class, (payload, task) -> {
			throw new IllegalStateException("no matter how it ends");
		});
		assertThat(this.kiwi.sendTask("work", "x", String.class).result()).failsWithin(10, TimeUnit.SECONDS);
		assertThat(this.oneThread.submit(MDC::getCopyOfContextMap).get())
			.isEqualTo(Map.of("kiwi.queue", "before", "other", "kept"));
	}

	private static <T> T join(CompletableFuture<T> future) {
		return future.orTimeout(10, TimeUnit.SECONDS).join();
	}

}
