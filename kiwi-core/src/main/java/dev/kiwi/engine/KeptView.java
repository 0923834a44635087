package dev.kiwi.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import dev.kiwi.TaskInfo;
import dev.kiwi.TaskState;
import dev.kiwi.WorkerInfo;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.KeptTask;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What a kept task shows.
 *
 * @param kept the task
 * @param inList whether bodies are left out
 */
record KeptView(KeptTask kept, boolean inList) {

	/**
	 * The task, with what its worker says.
	 * @param told what its worker says of it as it is now, or null
	 */
	TaskInfo with(@Nullable TaskInfo told) {
		KeptTask task = this.kept;
		String holder = task.holder();
		WorkerInfo worker = (holder != null) ? WorkerInfo.of(holder) : null;
		if (told == null) {
			return new TaskInfo(task.task().id(), task.queue(), task.state(), task.since(), task.key(), worker,
					attempts(), null, List.of(), error(), payload(), result(), null);
		}
		return new TaskInfo(told.id(), task.queue(), (holder != null) ? told.state() : task.state(),
				(holder != null) ? told.since() : task.since(), task.key(), told.worker(), told.attempts(),
				told.progress(), told.log(), error(), payload(), result(), null);
	}

	/** Headers go with the task's end. */
	private @Nullable Integer attempts() {
		if (this.kept.outcome() != null) {
			return null;
		}
		int failed = this.kept.task().count(Headers.ATTEMPTS, 0);
		return (this.kept.state() == TaskState.RUNNING) ? failed + 1 : failed;
	}

	private @Nullable String error() {
		Reply outcome = this.kept.outcome();
		return (outcome != null && outcome.kind() != Reply.Kind.RESULT) ? utf8(outcome.body()) : null;
	}

	private @Nullable String payload() {
		return (this.inList || this.kept.outcome() != null && this.kept.task().body().length == 0) ? null
				: text(this.kept.task().body(), this.kept.task().contentType());
	}

	/** Of a task whose result nobody waits for none is written. */
	private @Nullable String result() {
		Reply outcome = this.kept.outcome();
		return (this.inList || outcome == null || outcome.kind() != Reply.Kind.RESULT || outcome.body().length == 0)
				? null : text(outcome.body(), outcome.contentType());
	}

	/** What is written as text is shown so, of anything else how large it is. */
	static String text(byte[] body, @Nullable String contentType) {
		String type = (contentType != null) ? contentType.toLowerCase(Locale.ROOT) : "";
		boolean isText = type.startsWith("text/") || type.contains("json") || type.contains("yaml")
				|| type.contains("xml");
		return isText ? utf8(body) : body.length + " bytes of " + (type.isEmpty() ? "an unknown type" : type);
	}

	private static String utf8(byte[] body) {
		return new String(body, StandardCharsets.UTF_8);
	}

}
