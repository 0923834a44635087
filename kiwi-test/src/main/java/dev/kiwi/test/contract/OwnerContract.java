package dev.kiwi.test.contract;

import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.NotSupportedByTransportException;
import dev.kiwi.TaskHandle;
import dev.kiwi.transport.FencingTokens;
import dev.kiwi.transport.TransactionalCompletion;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a handler can rely on that shares its effects with others.
 */
interface OwnerContract extends Environment {

	@Test
	default void theFencingTokenGrowsFromOwnerToOwnerOrIsRefused() throws Exception {
		KiwiCommunicator kiwi = process(1, 1);
		BlockingQueue<Long> tokens = new LinkedBlockingQueue<>();
		if (raw(new ArrayList<>()).tasks().capability(FencingTokens.class).isEmpty()) {
			TaskHandle<String> handle = kiwi.sendTask("fenced", "x", String.class);
			try (var task = kiwi.taskQueue("fenced").next(PATIENCE).orElseThrow()) {
				assertThatExceptionOfType(NotSupportedByTransportException.class)
					.isThrownBy(() -> task.context().fencingToken())
					.withMessageContaining("fencing token");
				task.complete("done");
			}
			assertThat(get(handle.result())).isEqualTo("done");
			return;
		}
		KiwiCommunicator victim = process(1, 1);
		CompletableFuture<Void> begun = new CompletableFuture<>();
		victim.addTaskSubscriber("fenced", String.class, (text, task) -> {
			tokens.add(task.fencingToken());
			tokens.add(task.fencingToken());
			begun.complete(null);
			new Semaphore(0).acquire();
			return text;
		});
		TaskHandle<String> handle = kiwi.sendTask("fenced", "x", String.class);
		get(begun);
		kill(victim);
		try (var task = kiwi.taskQueue("fenced").next(PATIENCE).orElseThrow()) {
			tokens.add(task.context().fencingToken());
			task.requeue();
		}
		kiwi.addTaskSubscriber("fenced", String.class, (text, task) -> {
			tokens.add(task.fencingToken());
			return "done";
		});
		assertThat(get(handle.result())).isEqualTo("done");
		long first = tokens.take();
		assertThat(tokens.take()).as("the same owner").isEqualTo(first);
		long second = tokens.take();
		assertThat(second).isGreaterThan(first);
		assertThat(tokens.take()).isGreaterThan(second);
	}

	@Test
	default void aTaskIsCompletedInNoTransactionButTheHandlers() {
		KiwiCommunicator kiwi = process(1, 1);
		boolean can = raw(new ArrayList<>()).tasks().capability(TransactionalCompletion.class).isPresent();
		kiwi.addTaskSubscriber("together", String.class, (text, task) -> {
			if (can) {
				assertThatIllegalStateException().isThrownBy(() -> task.completeInTransaction("never"))
					.withMessageContaining(task.id());
			}
			else {
				assertThatExceptionOfType(NotSupportedByTransportException.class)
					.isThrownBy(() -> task.completeInTransaction("never"))
					.withMessageContaining(task.id())
					.withMessageContaining("kiwi.tasks.transport: jdbc");
			}
			return text;
		});
		assertThat(get(kiwi.sendTask("together", "x", String.class).result())).isEqualTo("x");
	}

}
