package dev.kiwi.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How busy a communicator is at one moment.
 *
 * @param running how many tasks are being worked on, by queue, with a 0 for each queue
 * that this process works on and has nothing of; pulled tasks are not among them
 * @param pendingTasks how many tasks of this process have a sender that waits for their
 * outcome
 * @param pendingCalls how many calls of this process wait for their answer
 * @param stuck running tasks whose handlers have said nothing for too long
 * @param beacons how long ago each connection to the server, or the one before it,
 * answered, by its name such as {@code consuming}; empty where none was asked yet
 */
public record EngineSnapshot(Map<String, Integer> running, int pendingTasks, int pendingCalls, List<StuckTask> stuck,
		Map<String, Duration> beacons) {

	public EngineSnapshot {
		running = Map.copyOf(running);
		stuck = List.copyOf(stuck);
		beacons = Map.copyOf(beacons);
	}

	/**
	 * How many tasks of a queue are being worked on.
	 * @param queue the queue
	 * @return the number, 0 where this process does not work on it
	 */
	public int running(String queue) {
		return this.running.getOrDefault(queue, 0);
	}

}
