package dev.kiwi.transport;

import java.util.Map;

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
		 * Another reply will follow, later; the body is empty.
		 */
		PENDING;

		/**
		 * Whether nothing follows.
		 * @return false for {@link #PENDING}
		 */
		public boolean isFinal() {
			return this != PENDING;
		}

	}

}
