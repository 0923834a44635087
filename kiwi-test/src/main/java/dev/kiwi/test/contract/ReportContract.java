package dev.kiwi.test.contract;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskUpdate;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a handler says while it works.
 */
interface ReportContract extends Environment {

	@Test
	default void progressLinesAndPartialResultsReachTheSender() {
		KiwiCommunicator worker = process();
		KiwiCommunicator sender = process();
		CompletableFuture<Void> listening = new CompletableFuture<>();
		worker.addTaskSubscriber("report", String.class, (text, task) -> {
			get(listening);
			task.progress(0.5, "half");
			task.log("first");
			task.log("second");
			task.partialResult(new Point(1, 2));
			return text;
		});
		TaskHandle<String> handle = sender.sendTask("report", "x", String.class);
		List<TaskUpdate> updates = new CopyOnWriteArrayList<>();
		handle.onUpdate(updates::add);
		listening.complete(null);
		assertThat(get(handle.result())).isEqualTo("x");
		assertThat(updates).anySatisfy((update) -> assertThat(update).isEqualTo(new TaskUpdate.Progress(0.5, "half")));
		assertThat(updates).filteredOn(TaskUpdate.Log.class::isInstance)
			.flatExtracting((update) -> ((TaskUpdate.Log) update).lines())
			.containsExactly("first", "second");
		assertThat(updates).anySatisfy((update) -> assertThat(update).isInstanceOfSatisfying(TaskUpdate.Partial.class,
				(partial) -> assertThat(partial.value(Point.class)).isEqualTo(new Point(1, 2))));
	}

	@Test
	default void anEndOvertakesNoUpdateWhoseListenerIsSlow() {
		KiwiCommunicator worker = process();
		KiwiCommunicator sender = process();
		CompletableFuture<Void> listening = new CompletableFuture<>();
		worker.addTaskSubscriber("report", String.class, (text, task) -> {
			get(listening);
			task.progress(0.5, "half");
			task.partialResult(text);
			return text;
		});
		TaskHandle<String> handle = sender.sendTask("report", "x", String.class);
		List<Boolean> overtaken = new CopyOnWriteArrayList<>();
		handle.onUpdate((update) -> {
			try {
				handle.result().get(300, TimeUnit.MILLISECONDS);
				overtaken.add(true);
			}
			catch (InterruptedException | ExecutionException | TimeoutException ex) {
				overtaken.add(false);
			}
		});
		listening.complete(null);
		assertThat(get(handle.result())).isEqualTo("x");
		assertThat(overtaken).containsExactly(false, false);
	}

	@Test
	default void aTightLoopSendsFewAndTheLatest() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<Void> listening = new CompletableFuture<>();
		kiwi.addTaskSubscriber("loop", Integer.class, (steps, task) -> {
			get(listening);
			for (int step = 1; step <= steps; step++) {
				task.progress((double) step / steps, "step " + step);
				task.log("line " + step);
				task.partialResult(step);
			}
			return steps;
		});
		TaskHandle<Integer> handle = kiwi.sendTask("loop", 100_000, Integer.class);
		List<TaskUpdate> updates = new CopyOnWriteArrayList<>();
		handle.onUpdate(updates::add);
		listening.complete(null);
		assertThat(get(handle.result())).isEqualTo(100_000);
		assertThat(updates).hasSizeLessThan(300)
			.anySatisfy((update) -> assertThat(update).isEqualTo(new TaskUpdate.Progress(1, "step 100000")));
		List<String> lines = updates.stream()
			.filter(TaskUpdate.Log.class::isInstance)
			.flatMap((update) -> ((TaskUpdate.Log) update).lines().stream())
			.toList();
		assertThat(lines).last().isEqualTo("line 100000");
		assertThat(lines).anyMatch((line) -> line.contains("left out"));
	}

	@Test
	default void whoListensLaterHearsTheLatestProgress() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<Void> heard = new CompletableFuture<>();
		kiwi.addTaskSubscriber("report", String.class, (text, task) -> {
			task.progress(0.25);
			get(heard);
			return text;
		});
		TaskHandle<String> handle = kiwi.sendTask("report", "x", String.class);
		CompletableFuture<TaskUpdate> first = new CompletableFuture<>();
		handle.onUpdate(first::complete);
		get(first);
		CompletableFuture<TaskUpdate> again = new CompletableFuture<>();
		handle.onUpdate(again::complete);
		assertThat(get(again)).isEqualTo(new TaskUpdate.Progress(0.25, null));
		heard.complete(null);
		get(handle.result());
	}

	@Test
	default void progressOutsideOfItsRangeIsRefusedAndNothingIsToldAfterTheEnd() {
		KiwiCommunicator kiwi = process();
		AtomicReference<TaskContext> kept = new AtomicReference<>();
		kiwi.addTaskSubscriber("report", String.class, (text, task) -> {
			kept.set(task);
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> task.progress(1.5));
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> task.progress(Double.NaN));
			return text;
		});
		TaskHandle<String> handle = kiwi.sendTask("report", "x", String.class);
		assertThat(get(handle.result())).isEqualTo("x");
		List<TaskUpdate> updates = new CopyOnWriteArrayList<>();
		handle.onUpdate(updates::add);
		kept.get().progress(1);
		assertThat(get(kiwi.sendTask("report", "y", String.class).result())).isEqualTo("y");
		assertThat(updates).isEmpty();
	}

}
