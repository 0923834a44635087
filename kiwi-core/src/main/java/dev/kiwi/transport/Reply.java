package dev.kiwi.transport;

import java.util.Map;

import dev.kiwi.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * What a sender or caller is told.
 *
 * @param correlationId the id of the message that is answered
 * @param kind what is told
 * @param contentType how the body is written, or null when that is not known
 * @param headers kiwi's own headers
 * @param body the result as written by the codec, or the exception's or cancellation's
 * text in UTF-8
 */
public record Reply(String correlationId, Kind kind, @Nullable String contentType, Map<String, String> headers,
		byte[] body) {

	/**
	 * What a reply tells.
	 */
	public enum Kind {

		/**
		 * The work is done; the body is its result.
		 */
		RESULT,

		/**
		 * The work failed; the body is the reason.
		 */
		EXCEPTION,

		/**
		 * The work was cancelled; the body is the reason, if there is one.
		 */
		CANCELLED,

		/**
		 * The task was not begun within its time to live; the body is the reason.
		 */
		EXPIRED,

		/**
		 * The task's worker is gone, and nobody else runs it; the body is the reason.
		 */
		LOST,

		/**
		 * Another reply will follow, later; the body is empty.
		 */
		PENDING,

		/**
		 * An attempt failed, another follows; the body is the reason.
		 */
		RETRYING,

		/**
		 * How far the work is; the body says what it does.
		 */
		PROGRESS,

		/**
		 * Lines that the handler logged.
		 */
		LOG,

		/**
		 * The result so far.
		 */
		PARTIAL;

		/**
		 * Whether nothing follows.
		 * @return true for {@link #LOST} and what stands before it
		 */
		public boolean isFinal() {
			return compareTo(LOST) <= 0;
		}

		/**
		 * Where a task is of which this was told.
		 * @return the state, {@link TaskState#UNKNOWN} for what is not final
		 */
		public TaskState state() {
			return switch (this) {
				case RESULT -> TaskState.SUCCEEDED;
				case EXCEPTION -> TaskState.FAILED;
				case CANCELLED -> TaskState.CANCELLED;
				case EXPIRED -> TaskState.EXPIRED;
				case LOST -> TaskState.LOST;
				default -> TaskState.UNKNOWN;
			};
		}

	}

}
