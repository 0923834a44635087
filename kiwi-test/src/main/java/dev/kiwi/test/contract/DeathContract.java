package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.KiwiException;
import dev.kiwi.RpcCall;
import dev.kiwi.TaskHandle;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What processes leave to others that end without closing.
 */
interface DeathContract extends Environment {

	@Test
	default void aHandlerWhoseTaskIsNoLongerItsOwnIsInterrupted() {
		KiwiCommunicator victim = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Void> interrupted = new CompletableFuture<>();
		victim.addTaskSubscriber("stop", String.class, (text, task) -> {
			begun.complete(null);
			try {
				new Semaphore(0).acquire();
			}
			catch (InterruptedException ex) {
				interrupted.complete(null);
				throw ex;
			}
			return null;
		});
		KiwiCommunicator sender = process();
		TaskHandle<String> handle = sender.sendTask("stop", "x", String.class);
		get(begun);
		kill(victim);
		get(interrupted);
		sender.addTaskSubscriber("stop", String.class, (text, task) -> "done " + task.isRedelivered());
		assertThat(get(handle.result())).isEqualTo("done true");
	}

	@Test
	default void aTaskThatWasPendingIsDoneByAnotherAndALateOutcomeDoesNotCount() {
		KiwiCommunicator victim = process();
		KiwiCommunicator sender = process();
		CompletableFuture<String> outcome = new CompletableFuture<>();
		victim.addTaskSubscriber("async", String.class, (text, task) -> outcome);
		TaskHandle<String> handle = sender.sendTask("async", "x", String.class);
		await().atMost(PATIENCE).until(handle::isPending);
		kill(victim);
		outcome.complete("too late");
		process().addTaskSubscriber("async", String.class, (text, task) -> "another");
		assertThat(get(handle.result())).isEqualTo("another");
	}

	@Test
	default void aResultForASenderThatDiedHarmsNobody() {
		KiwiCommunicator worker = process(1, 1);
		KiwiCommunicator victim = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		Semaphore release = new Semaphore(0);
		worker.addTaskSubscriber("orphan", String.class, (text, task) -> {
			begun.complete(null);
			release.acquire();
			return text;
		});
		victim.sendTask("orphan", "x", String.class);
		get(begun);
		kill(victim);
		release.release(2);
		assertThat(get(process().sendTask("orphan", "y", String.class).result())).isEqualTo("y");
	}

	@Test
	default void aCallThatAKilledInstanceHeldIsAnsweredByAnother() {
		KiwiCommunicator victim = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		ready(victim.addRpcSubscriber("shared", String.class, (text, call) -> {
			begun.complete(null);
			new Semaphore(0).acquire();
			return null;
		}));
		CompletableFuture<String> call = process().callRpc("shared", "x", String.class);
		get(begun);
		ready(process().addRpcSubscriber("shared", String.class, (text, again) -> "survivor"));
		kill(victim);
		assertThat(get(call)).isEqualTo("survivor");
	}

	@Test
	default void aCallThatTheOnlyInstanceTookWithItEndsAllTheSame() {
		KiwiCommunicator victim = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		ready(victim.addRpcSubscriber("only", String.class, (text, call) -> {
			begun.complete(null);
			new Semaphore(0).acquire();
			return null;
		}));
		CompletableFuture<String> call = process().callRpc(RpcCall.of("only", "x").withTimeout(Duration.ofSeconds(2)),
				String.class);
		get(begun);
		kill(victim);
		assertThat(failure(call)).isInstanceOf(KiwiException.class).hasMessageContaining("only");
	}

}
