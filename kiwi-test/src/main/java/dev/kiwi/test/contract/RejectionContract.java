package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RemoteException;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskRejectedException;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.QueueSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Subscribers that leave a task to others.
 */
interface RejectionContract extends Environment {

	@Test
	default void aRejectedTaskGoesToTheNextSubscriberOfTheProcess() {
		KiwiCommunicator kiwi = process();
		AtomicInteger rejections = new AtomicInteger();
		kiwi.addTaskSubscriber("choosy", Integer.class, (number, task) -> {
			rejections.incrementAndGet();
			throw new TaskRejectedException("not mine");
		});
		kiwi.addTaskSubscriber("choosy", Integer.class, (number, task) -> number);
		for (int number = 0; number < 4; number++) {
			assertThat(get(kiwi.sendTask("choosy", number, Integer.class).result())).isEqualTo(number);
		}
		assertThat(rejections).as("the two take turns to be first").hasValue(2);
	}

	@Test
	default void aTaskThatAProcessRejectsIsDoneByAnother() {
		KiwiCommunicator choosy = process();
		KiwiCommunicator sender = process();
		AtomicInteger rejections = new AtomicInteger();
		ready(choosy.addTaskSubscriber("choosy", Integer.class, (number, task) -> {
			rejections.incrementAndGet();
			throw new TaskRejectedException("not mine");
		}));
		TaskHandle<Integer> handle = sender.sendTask("choosy", 7, Integer.class);
		await().atMost(PATIENCE).until(() -> rejections.get() > 0);
		process().addTaskSubscriber("choosy", Integer.class, (number, task) -> number);
		assertThat(get(handle.result())).isEqualTo(7);
	}

	@Test
	default void aTaskThatEverybodyRejectsIsOfferedAtGrowingIntervalsAndThenKept() {
		QueueSettings settings = QueueSettings.defaults()
			.withRejections(3, new Backoff(Duration.ofMillis(100), 5, Duration.ofSeconds(1)));
		KiwiCommunicator kiwi = process((defaults) -> defaults.withTasks(settings));
		List<Long> times = new CopyOnWriteArrayList<>();
		kiwi.addTaskSubscriber("nobody", Integer.class, (number, task) -> {
			times.add(System.nanoTime());
			throw new TaskRejectedException("not mine");
		});
		TaskHandle<Integer> handle = kiwi.sendTask("nobody", 7, Integer.class);
		assertThat(failure(handle.result())).isInstanceOfSatisfying(RemoteException.class, (ex) -> {
			assertThat(ex).hasMessageContaining("rejected").hasMessageContaining(handle.id());
			assertThat(ex.remoteType()).isEqualTo(TaskRejectedException.class.getName());
		});
		assertThat(times).hasSize(4);
		assertThat(Duration.ofNanos(times.get(1) - times.get(0))).isGreaterThanOrEqualTo(Duration.ofMillis(90));
		assertThat(Duration.ofNanos(times.get(2) - times.get(1))).isGreaterThanOrEqualTo(Duration.ofMillis(400));
		assertThat(letter(kiwi).id()).isEqualTo(handle.id());
	}

}
