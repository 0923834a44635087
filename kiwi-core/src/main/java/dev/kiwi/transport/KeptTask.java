package dev.kiwi.transport;

import java.time.Instant;

import dev.kiwi.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * A task as its transport keeps it.
 *
 * @param task its id and headers, and its body where one is asked for and it is not over
 * @param queue its queue
 * @param state where it is
 * @param since since when, by the server's clock, or null where that is not known
 * @param key its unique key, or null
 * @param holder the {@linkplain Transport#start instance} that has it, or null
 * @param outcome what became of it, or null; in lists a result has no body
 */
public record KeptTask(Envelope task, String queue, TaskState state, @Nullable Instant since, @Nullable String key,
		@Nullable String holder, @Nullable Reply outcome) {
}
