package dev.kiwi;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

/**
 * The pull side of a queue: tasks are taken one at a time by who wants them.
 */
public interface TaskQueue extends Iterable<IncomingTask> {

	/**
	 * The queue's name.
	 * @return the name
	 */
	String name();

	/**
	 * Takes the next task, waiting for one if there is none.
	 * @param timeout how long to wait; zero looks once
	 * @return the task, or empty when none came in time
	 * @throws ConnectionLostException if the queue could not be asked
	 */
	Optional<IncomingTask> next(Duration timeout);

	/**
	 * Walks over what is queued now: the iteration ends when the queue is found empty.
	 * Each task must be settled or closed before the next is asked for, else it is
	 * requeued when the communicator closes.
	 * @return the iterator
	 */
	@Override
	Iterator<IncomingTask> iterator();

}
