package dev.kiwi.boot.endpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import dev.kiwi.DeadLetter;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as the endpoint shows it, see {@link DeadLetter}.
 *
 * @param id the task's id
 * @param queue the queue that it was sent to
 * @param reason why it is kept
 * @param errorType the class of the failure
 * @param stackTrace the stack trace of the failure, null in lists
 * @param attempts how many attempts have failed
 * @param launch how often it was launched anew before
 * @param sentAt when it was sent
 * @param buriedAt when it was put aside
 * @param payload what was sent, or {@value ShownTask#HIDDEN}; null in lists
 * @param headers the sender's headers, null where values are hidden and in lists
 */
public record ShownLetter(String id, String queue, String reason, @Nullable String errorType,
		@Nullable String stackTrace, int attempts, int launch, @Nullable Instant sentAt, @Nullable Instant buriedAt,
		@Nullable String payload, @Nullable Map<String, String> headers) {

	static ShownLetter of(DeadLetter letter, boolean shown, boolean whole) {
		return new ShownLetter(letter.id(), letter.queue(), letter.reason(), letter.errorType(),
				whole ? letter.stackTrace() : null, letter.attempts(), letter.launch(), letter.sentAt(),
				letter.buriedAt(), whole ? payload(letter, shown) : null, (whole && shown) ? letter.headers() : null);
	}

	private static String payload(DeadLetter letter, boolean shown) {
		if (!shown) {
			return ShownTask.HIDDEN;
		}
		byte[] body = letter.body();
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
		}
		catch (CharacterCodingException ex) {
			return body.length + " bytes that are no text";
		}
	}

}
