package dev.kiwi.engine;

import java.util.Comparator;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.WorkerInfo;
import dev.kiwi.codec.JacksonPayloadCodec;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is written to a log of events, as JSON without what is null, 0 or empty. What a
 * later version adds, a former one leaves out.
 *
 * @param change something happened to a task, or null
 * @param gap events are missing, or null
 * @param mark somebody wants to know where the end is, and calls it so, or null
 */
record TaskEvent(@Nullable Change change, @Nullable Gap gap, @Nullable String mark) {

	private static final JacksonPayloadCodec JSON = new JacksonPayloadCodec(JsonMapper.builder()
		.changeDefaultPropertyInclusion((inclusion) -> inclusion.withValueInclusion(Include.NON_DEFAULT))
		.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.build());

	static byte[] of(Change change) {
		return JSON.encode(new TaskEvent(change, null, null));
	}

	static byte[] of(Gap gap) {
		return JSON.encode(new TaskEvent(null, gap, null));
	}

	static byte[] mark(String name) {
		return JSON.encode(new TaskEvent(null, null, name));
	}

	/** Reads one, or fails with a {@link dev.kiwi.PayloadException}. */
	static @Nullable TaskEvent read(byte[] event) {
		return (TaskEvent) JSON.decode(event, TaskEvent.class);
	}

	/**
	 * Where a task is from now on, by whoever put it there.
	 *
	 * @param id the task's id
	 * @param queue its queue
	 * @param state where it is
	 * @param since since when, in milliseconds since 1970
	 * @param at when that was still so, in milliseconds since 1970
	 * @param order puts what several workers say in order
	 * @param tries how many attempts were begun since it was launched
	 * @param run names one worker's work on it, unlike any other; null where it was put
	 * into its queue
	 * @param worker whose work it is
	 * @param until of what is delayed until when, in milliseconds since 1970
	 * @param progress how far the handler is
	 * @param text why it failed, why it ended without a result, or why its state is
	 * unknown
	 * @param end what is left of the handler's work once it is over, or null
	 */
	record Change(String id, String queue, TaskState state, long since, long at, Order order, int tries,
			@Nullable String run, @Nullable WorkerInfo worker, @Nullable Long until,
			TaskUpdate.@Nullable Progress progress, @Nullable String text, @Nullable End end) {

		/** Whether it is known later than another one, in whatever order they come. */
		boolean supersedes(@Nullable Change known) {
			if (known == null) {
				return true;
			}
			int later = this.order.compareTo(known.order);
			if (later != 0) {
				return later > 0;
			}
			if (this.run == null) {
				return known.run == null;
			}
			return !this.run.equals(known.run) || phase() >= known.phase();
		}

		/** The same, with what is left of it. */
		Change with(End left) {
			return new Change(this.id, this.queue, this.state, this.since, this.at, this.order, this.tries, this.run,
					this.worker, this.until, this.progress, this.text, left);
		}

		boolean isOver() {
			return isOver(this.state);
		}

		boolean isRunning() {
			return this.state == TaskState.RUNNING || this.state == TaskState.WAITING;
		}

		/** How far one run is. */
		private int phase() {
			return isRunning() ? 0 : (isOver() ? 1 : 2);
		}

		static boolean isOver(TaskState state) {
			return switch (state) {
				case SUCCEEDED, FAILED, CANCELLED, EXPIRED, LOST -> true;
				default -> false;
			};
		}

	}

	/**
	 * What is left of a handler's work, as short as an index of many tasks needs it.
	 *
	 * @param result the beginning of the result as text, or null where there is none
	 * @param log the beginnings of the last lines
	 */
	record End(@Nullable String result, List<String> log) {

		private static final int RESULT_LENGTH = 500;

		private static final int LINE_LENGTH = 100;

		@SuppressWarnings("NullAway") // an empty list is not written
		End {
			log = (log != null) ? List.copyOf(log) : List.of();
		}

		static End of(String result, List<String> log) {
			return new End(result.isEmpty() ? null : Replies.shortened(result, RESULT_LENGTH),
					log.stream().map((line) -> Replies.shortened(line, LINE_LENGTH)).toList());
		}

	}

	/**
	 * What comes later in the life of a task is greater, whatever any clock says.
	 *
	 * @param launch how often it was launched anew
	 * @param attempts how many attempts failed before
	 * @param rejections how often it was rejected before
	 * @param redeliveries how often it was given out before in this attempt
	 */
	record Order(int launch, int attempts, int rejections, int redeliveries) implements Comparable<Order> {

		private static final Comparator<Order> NATURAL = Comparator.comparingInt(Order::launch)
			.thenComparingInt(Order::attempts)
			.thenComparingInt(Order::rejections)
			.thenComparingInt(Order::redeliveries);

		static Order of(Envelope task, int redeliveries) {
			return new Order(task.count(Headers.LAUNCH, 0), task.count(Headers.ATTEMPTS, 0),
					task.count(Headers.REJECTIONS, 0), redeliveries);
		}

		@Override
		public int compareTo(Order other) {
			return NATURAL.compare(this, other);
		}

	}

	/**
	 * Events that were not written.
	 *
	 * @param worker whose they are
	 * @param count how many
	 * @param from when the first happened, in milliseconds since 1970
	 * @param until when the last happened, in milliseconds since 1970
	 */
	record Gap(WorkerInfo worker, int count, long from, long until) {

	}

}
