package dev.kiwi.boot.endpoint;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.kiwi.DeadLetter;
import dev.kiwi.InvalidIdentifierException;
import dev.kiwi.KiwiAdmin;
import dev.kiwi.KiwiException;
import dev.kiwi.QueueInfo;
import dev.kiwi.SubscriberInfo;
import dev.kiwi.TaskPage;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.TransportInfo;
import dev.kiwi.WorkerInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The endpoint {@code kiwi}: what {@link KiwiAdmin} does, over HTTP. Names and ids may
 * have slashes, so that what follows the first word of the path is one of them.
 */
@WebEndpoint(id = "kiwi", defaultAccess = Access.READ_ONLY)
public final class KiwiEndpoint {

	private static final String TASKS = "tasks";

	private static final String DEAD_LETTERS = "dead-letters";

	private static final String QUEUES = "queues";

	private final KiwiAdmin admin;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * An endpoint.
	 * @param admin does the work
	 * @param showValues when payloads, results and headers are shown
	 * @param roles who is shown them where that is asked, empty for all that are
	 * authenticated
	 */
	public KiwiEndpoint(KiwiAdmin admin, Show showValues, Set<String> roles) {
		this.admin = admin;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Shows the communicator and its queues.
	 * @return the overview, without queues where the transport cannot be asked
	 */
	@ReadOperation
	public Overview overview() {
		List<QueueInfo> queues = null;
		String failure = null;
		try {
			queues = this.admin.queues();
		}
		catch (KiwiException ex) {
			failure = ex.getMessage();
		}
		return new Overview(this.admin.self(), this.admin.transportInfo(), this.admin.subscribers(),
				this.admin.pausedQueues(), queues, failure);
	}

	/**
	 * Shows tasks or dead letters.
	 * @param path {@code tasks}, {@code dead-letters}, or one of these and an id
	 * @param security who asks
	 * @param queue only those of a queue
	 * @param state only tasks in one of these states
	 * @param worker only tasks that an instance has
	 * @param key only tasks of a key
	 * @param olderThan only tasks that have been where they are for so long
	 * @param limit how many at most, 100 where nothing is said
	 * @param after where the page begins
	 * @return what is asked for
	 */
	@ReadOperation
	public WebEndpointResponse<?> show(@Selector(match = Match.ALL_REMAINING) String[] path, SecurityContext security,
			@Nullable String queue, TaskState @Nullable [] state, @Nullable String worker, @Nullable String key,
			@Nullable Duration olderThan, @Nullable Integer limit, @Nullable String after) {
		boolean shown = this.showValues.isShown(security, this.roles);
		String name = name(path, path.length);
		return switch (path[0]) {
			case TASKS -> name.isEmpty() ? answer(() -> {
				TaskQuery query = TaskQuery.all()
					.inQueue(queue)
					.inState((state != null) ? state : new TaskState[0])
					.onWorker(worker)
					.withKey(key)
					.olderThan(olderThan)
					.after(after);
				TaskPage page = this.admin.tasks((limit != null) ? query.withLimit(limit) : query);
				return new Tasks(page.tasks().stream().map((task) -> ShownTask.of(task, shown)).toList(), page.next(),
						page.complete(), page.workers(), page.notes());
			}) : answer(() -> this.admin.task(name).map((task) -> ShownTask.of(task, shown)).orElse(null));
			case DEAD_LETTERS -> name.isEmpty()
					? answer(() -> Map.of("deadLetters",
							letters(queue, after, limit).map((letter) -> ShownLetter.of(letter, shown, false))
								.toList()))
					: answer(() -> this.admin.deadLetters()
						.find(name)
						.map((letter) -> ShownLetter.of(letter, shown, true))
						.orElse(null));
			default -> notFound();
		};
	}

	/**
	 * Sends dead letters again, or pauses and resumes a queue.
	 * @param path {@code dead-letters}, {@code dead-letters} and an id, or
	 * {@code queues}, a name and {@code pause} or {@code resume}
	 * @param queue only the dead letters of a queue
	 * @param everywhere false to pause or resume in this process alone
	 * @return what came of it
	 */
	@WriteOperation
	public WebEndpointResponse<?> act(@Selector(match = Match.ALL_REMAINING) String[] path, @Nullable String queue,
			@Nullable Boolean everywhere) {
		String name = name(path, path.length);
		if (path[0].equals(DEAD_LETTERS)) {
			return name.isEmpty()
					? answer(() -> Map.of("relaunched",
							this.admin.deadLetters()
								.relaunch((letter) -> queue == null || queue.equals(letter.queue()))))
					: answer(() -> this.admin.deadLetters().relaunch(name) ? Map.of("relaunched", 1) : null);
		}
		if (path[0].equals(QUEUES) && path.length > 2) {
			return pause(name(path, path.length - 1), path[path.length - 1], everywhere == null || everywhere);
		}
		return notFound();
	}

	/**
	 * Cancels a task, or throws a dead letter away.
	 * @param path {@code tasks} or {@code dead-letters}, and an id
	 * @return what came of it
	 */
	@DeleteOperation
	public WebEndpointResponse<?> remove(@Selector(match = Match.ALL_REMAINING) String[] path) {
		String name = name(path, path.length);
		if (name.isEmpty()) {
			return notFound();
		}
		return switch (path[0]) {
			case TASKS -> answer(() -> Map.of("outcome", this.admin.cancelTask(name)));
			case DEAD_LETTERS -> answer(() -> this.admin.deadLetters().discard(name) ? Map.of("discarded", 1) : null);
			default -> notFound();
		};
	}

	private WebEndpointResponse<?> pause(String queue, String action, boolean everywhere) {
		Runnable change = switch (action) {
			case "pause" -> () -> {
				if (everywhere) {
					this.admin.pause(queue);
				}
				else {
					this.admin.pauseHere(queue);
				}
			};
			case "resume" -> () -> {
				if (everywhere) {
					this.admin.resume(queue);
				}
				else {
					this.admin.resumeHere(queue);
				}
			};
			default -> null;
		};
		return (change == null) ? notFound() : answer(() -> {
			change.run();
			return Map.of("paused", this.admin.pausedQueues());
		});
	}

	private Stream<DeadLetter> letters(@Nullable String queue, @Nullable String after, @Nullable Integer limit) {
		List<DeadLetter> all = this.admin.deadLetters().list((letter) -> queue == null || queue.equals(letter.queue()));
		int begin = 0;
		for (int index = 0; after != null && index < all.size(); index++) {
			begin = all.get(index).id().equals(after) ? index + 1 : begin;
		}
		if (after != null && begin == 0) {
			throw new IllegalArgumentException(
					"There is no dead letter '" + after + "' for a page to begin after: begin with the first page");
		}
		TaskQuery page = (limit != null) ? TaskQuery.all().withLimit(limit) : TaskQuery.all();
		return all.stream().skip(begin).limit(page.limit());
	}

	/** What lies between the first word and an end. */
	private static String name(String[] path, int end) {
		return String.join("/", Arrays.asList(path).subList(1, end));
	}

	private static WebEndpointResponse<?> notFound() {
		return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

	/** What is null is not there. */
	private static WebEndpointResponse<?> answer(Supplier<@Nullable Object> work) {
		try {
			Object answer = work.get();
			return (answer != null) ? new WebEndpointResponse<>(answer) : notFound();
		}
		catch (IllegalArgumentException | InvalidIdentifierException ex) {
			return failure(ex, WebEndpointResponse.STATUS_BAD_REQUEST);
		}
		catch (KiwiException ex) {
			return failure(ex, WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
	}

	private static WebEndpointResponse<?> failure(RuntimeException ex, int status) {
		return new WebEndpointResponse<>(Map.of("message", String.valueOf(ex.getMessage())), status);
	}

	/**
	 * The communicator and its queues.
	 *
	 * @param self this process
	 * @param transport the transport and its server
	 * @param subscribers the handlers of this process
	 * @param paused the queues that are paused in this process
	 * @param queues the queues of the namespace, or null where nobody could be asked
	 * @param failure why nobody could be asked, or null
	 */
	public record Overview(WorkerInfo self, TransportInfo transport, List<SubscriberInfo> subscribers,
			Set<String> paused, @Nullable List<QueueInfo> queues, @Nullable String failure) {
	}

	/**
	 * A page of tasks.
	 *
	 * @param tasks the tasks
	 * @param next what the next page begins after, or null at the end
	 * @param complete whether what is not listed is not there
	 * @param workers the workers that answered
	 * @param notes what the view is known to lack
	 */
	public record Tasks(List<ShownTask> tasks, @Nullable String next, boolean complete, List<WorkerInfo> workers,
			List<String> notes) {
	}

}
