package dev.kiwi.amqp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.transport.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is remembered of tasks beside the queues, in a stream that every worker reads from
 * its beginning: so a cancellation also reaches who was not there when it was written.
 * All read it in the same order. Very little is written to it: nothing for a task that
 * goes its ordinary way.
 */
final class Journal {

	private static final Logger logger = LoggerFactory.getLogger(Journal.class);

	/** While the broker blocks publishers, workers must not wait for what they wrote. */
	private static final Duration CATCH_UP = Duration.ofSeconds(10);

	private static final Duration RETRY = Duration.ofSeconds(1);

	private static final String LAUNCH = Headers.LAUNCH;

	private static final String RUN = Headers.PREFIX + "run";

	/** How many tasks are remembered: some 100 bytes each. */
	private static final int MAX_NOTES = 1_000_000;

	private final Amqp amqp;

	private final String mark = UUID.randomUUID().toString();

	private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();

	private final StreamLog stream;

	private final Once<Consumption> reading;

	private final Map<String, Watch> watched = new ConcurrentHashMap<>();

	private final Map<String, Note> notes = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Note> eldest) {
			if (size() == MAX_NOTES) {
				logger.warn("More than {} tasks were cancelled, relaunched or redelivered: what is known of the oldest "
						+ "is forgotten", MAX_NOTES);
			}
			return size() > MAX_NOTES;
		}

	};

	/** Whether there ever was a note: most tasks leave none. */
	private volatile boolean noted;

	private volatile boolean closed;

	Journal(Amqp amqp) {
		this.amqp = amqp;
		this.stream = new StreamLog(amqp, amqp.names().journal(), amqp.declarations()::journal, Duration.ZERO);
		this.reading = new Once<>(this::read);
	}

	/**
	 * Begins to read, if that has not begun.
	 * @return completes when what was written before is known; fails when this closes
	 */
	CompletableFuture<Void> follow() {
		this.reading.get();
		return this.caughtUp;
	}

	/**
	 * Remembers something.
	 * @return completes when it is durable
	 */
	CompletableFuture<Void> write(Entry entry, String id, int launch) {
		return this.amqp.trusted(write(entry, id, Map.of(LAUNCH, launch)));
	}

	/**
	 * Remembers that a launch of a task is begun. A worker that is killed while this is
	 * written counts as killed by the task, so it is not waited for longer than need be.
	 * @param run names this beginning, unlike any other
	 * @return completes when the broker has it
	 */
	CompletableFuture<Void> begun(String id, int launch, String run) {
		return write(Entry.BEGUN, id, Map.of(LAUNCH, launch, RUN, run));
	}

	/** Remembers that whoever began it lived on, as soon as there is a connection. */
	void survived(String id, int launch, String run) {
		write(Entry.SURVIVED, id, Map.of(LAUNCH, launch, RUN, run)).exceptionally((failure) -> {
			if (!this.closed) {
				this.amqp.consuming().executeAfter(RETRY, () -> survived(id, launch, run));
			}
			return null;
		});
	}

	private CompletableFuture<Void> write(Entry entry, String id, Map<String, Object> headers) {
		if (this.closed) {
			return CompletableFuture.failedFuture(new CommunicatorClosedException("The communicator is closed"));
		}
		BasicProperties properties = new BasicProperties.Builder().messageId(id)
			.type(entry.word())
			.headers(headers)
			.deliveryMode(2)
			.build();
		return this.stream.append(properties, new byte[0]);
	}

	/** Nothing is written any more: what is still at work then may have been killed. */
	void close() {
		this.closed = true;
		this.caughtUp.completeExceptionally(new CommunicatorClosedException("The communicator is closed"));
	}

	/** How many workers died that had begun this launch of a task a second time. */
	int crashes(String id, int launch) {
		if (!this.noted) {
			return 0;
		}
		synchronized (this.notes) {
			Note note = this.notes.get(id);
			return (note != null && note.begunLaunch == launch) ? note.begun.size() : 0;
		}
	}

	/** Calls back when this launch of a task is cancelled, at once if it was. */
	Watch watch(String id, int launch, Runnable onCancel) {
		Watch watch = new Watch(launch, onCancel);
		this.watched.put(id, watch);
		if (!this.noted) {
			return watch;
		}
		synchronized (this.notes) {
			Note note = this.notes.get(id);
			if (note == null || note.cancelledLaunch < launch) {
				return watch;
			}
		}
		onCancel.run();
		return watch;
	}

	void unwatch(String id, Watch watch) {
		this.watched.remove(id, watch);
	}

	private Consumption read() {
		Consumption consumption = this.stream.follow("first", this::read);
		consumption.ready().thenRun(this::catchUp);
		return consumption;
	}

	/** What was written before the mark has been read when the mark is. */
	private void catchUp() {
		write(Entry.MARK, this.mark, 0).exceptionally((failure) -> {
			logger.debug("The journal's mark was not written", failure);
			return null;
		});
		try {
			this.amqp.timer().schedule(() -> {
				if (this.caughtUp.complete(null)) {
					logger.warn("'{}' was not read to its end within {}: a task that was cancelled may begin, and be "
							+ "stopped as a running one", this.stream.name(), CATCH_UP);
				}
			}, CATCH_UP.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The transport closes", ex);
		}
	}

	private void read(Incoming incoming) {
		Map<String, Object> headers = incoming.properties().getHeaders();
		if (headers != null) {
			read(incoming.properties(), headers);
		}
	}

	private void read(BasicProperties properties, Map<String, Object> headers) {
		Entry entry = Entry.of(properties.getType());
		String id = properties.getMessageId();
		if (entry == null || id == null) {
			return;
		}
		if (entry == Entry.MARK) {
			if (this.mark.equals(id)) {
				this.caughtUp.complete(null);
			}
			return;
		}
		int launch = (headers.get(LAUNCH) instanceof Number number) ? number.intValue() : 0;
		note(entry, id, launch, String.valueOf(headers.get(RUN))).forEach(Runnable::run);
	}

	private List<Runnable> note(Entry entry, String id, int launch, String run) {
		List<Runnable> told = new ArrayList<>();
		// before it looks who watches
		this.noted = true;
		synchronized (this.notes) {
			Note note = this.notes.computeIfAbsent(id, (absent) -> new Note());
			switch (entry) {
				// it is for the launch that was the last one when it was written
				case CANCELLED -> note.cancelledLaunch = note.launch;
				case RELAUNCHED -> note.launch = Math.max(note.launch, launch);
				case BEGUN -> note.begin(launch, run);
				case SURVIVED -> note.end(run);
				default -> throw new IllegalArgumentException("Nothing is noted of " + entry);
			}
			Watch watch = this.watched.get(id);
			if (entry == Entry.CANCELLED && watch != null && watch.launch() <= note.cancelledLaunch) {
				told.add(watch.onCancel());
			}
		}
		return told;
	}

	/**
	 * What is written.
	 */
	enum Entry {

		/** Somebody wants a task to end. */
		CANCELLED,

		/** A dead letter is sent again. */
		RELAUNCHED,

		/** A task that was given out before is begun, by a run of its own. */
		BEGUN,

		/** And whoever began that run lived on, whatever became of the task. */
		SURVIVED,

		/** Somebody wants to know where the end is. */
		MARK;

		String word() {
			return name().toLowerCase(Locale.ROOT);
		}

		static @Nullable Entry of(@Nullable String word) {
			for (Entry entry : values()) {
				if (entry.word().equals(word)) {
					return entry;
				}
			}
			return null;
		}

	}

	/**
	 * Who wants to hear of a cancellation.
	 */
	record Watch(int launch, Runnable onCancel) {
	}

	/**
	 * What is remembered of a task.
	 */
	private static final class Note {

		private int launch;

		private int cancelledLaunch = -1;

		private int begunLaunch;

		/** The beginnings of that launch whose end nobody has told. */
		private Set<String> begun = Set.of();

		void begin(int of, String run) {
			Set<String> runs = new HashSet<>((this.begunLaunch == of) ? this.begun : Set.of());
			runs.add(run);
			this.begunLaunch = of;
			// one in most cases, which is small then
			this.begun = Set.copyOf(runs);
		}

		void end(String run) {
			Set<String> runs = new HashSet<>(this.begun);
			runs.remove(run);
			this.begun = Set.copyOf(runs);
		}

	}

}
