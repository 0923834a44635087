package dev.kiwi.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of handlers that say nothing for too long. Looks at what runs ten times within
 * the shortest time that a queue allows; handlers only leave a mark, and read no clock.
 */
final class Watchdog {

	private static final Logger logger = LoggerFactory.getLogger(Watchdog.class);

	private static final int LOOKS = 10;

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

	private final EngineContext context;

	private final RunningTasks running;

	private final Map<TaskRun, Silence> silences = new ConcurrentHashMap<>();

	Watchdog(EngineContext context, RunningTasks running) {
		this.context = context;
		this.running = running;
	}

	/** Begins to look, where there is a queue to look at. */
	void start() {
		EngineSettings settings = this.context.settings();
		Stream.concat(Stream.of(settings.tasks()), settings.queues().values().stream())
			.map(QueueSettings::stuckAfter)
			.filter((stuckAfter) -> !stuckAfter.isZero())
			.min(Comparator.naturalOrder())
			.map((shortest) -> shortest.dividedBy(LOOKS))
			.map((pause) -> (pause.compareTo(LONGEST_PAUSE) < 0) ? pause : LONGEST_PAUSE)
			.ifPresent((pause) -> this.context.every(pause, this::look));
	}

	/** What is stuck now. */
	List<StuckTask> stuck() {
		List<StuckTask> stuck = new ArrayList<>();
		long now = System.nanoTime();
		this.silences.forEach((run, silence) -> {
			if (silence.told > 0) {
				stuck.add(run.stuck(silence.lasting(now)));
			}
		});
		return stuck;
	}

	private void look() {
		long now = System.nanoTime();
		List<TaskRun> all = this.running.all();
		this.silences.keySet().retainAll(all);
		for (TaskRun run : all) {
			Duration stuckAfter = this.context.settings().queue(run.queue()).stuckAfter();
			if (stuckAfter.isZero() || !run.signals().isHandling()) {
				this.silences.remove(run);
				continue;
			}
			Silence silence = this.silences.get(run);
			if (run.signals().wasAlive() || silence == null) {
				this.silences.put(run, new Silence(now));
				if (silence != null && silence.told > 0) {
					logger.info("Task {} on queue '{}' gets on, after {} of silence", run.id(), run.queue(),
							silence.lasting(now));
				}
				continue;
			}
			judge(run, silence, stuckAfter, silence.lasting(now));
		}
	}

	private void judge(TaskRun run, Silence silence, Duration stuckAfter, Duration silent) {
		WatchdogSettings settings = this.context.settings().watchdog();
		// again after twice the time, four times the time …
		if (silent.compareTo(stuckAfter.multipliedBy(1L << silence.told)) >= 0) {
			tell(run, silence, silent, settings.interrupt());
		}
		if (!silence.broken && !settings.brokenAfter().isZero()
				&& silent.compareTo(stuckAfter.plus(settings.brokenAfter())) >= 0) {
			silence.broken = true;
			logger.error("Task {} on queue '{}' has been stuck for {}: this process counts as broken "
					+ "(kiwi.watchdog.broken-after)", run.id(), run.queue(), silent);
			this.context.observer().broken(run.stuck(silent));
		}
	}

	private void tell(TaskRun run, Silence silence, Duration silent, boolean interrupt) {
		Throwable position = run.signals().position();
		if (position == null) {
			return;
		}
		String text = "Task " + run.id() + " on queue '" + run.queue()
				+ "' seems stuck: its handler has said nothing for " + silent + " (stuck-after)";
		logger.warn(text, position);
		silence.told++;
		if (silence.told == 1) {
			this.context.observer().happened(EngineEvent.STUCK, MessageKind.TASK, run.queue());
			if (interrupt) {
				run.signals().stuck(new TimeoutException(text + " and was interrupted (kiwi.watchdog.interrupt)"));
			}
		}
	}

	/**
	 * How long a handler has said nothing. Changed by the timer's thread only.
	 */
	private static final class Silence {

		private final long since;

		private volatile int told;

		private boolean broken;

		private Silence(long since) {
			this.since = since;
		}

		private Duration lasting(long now) {
			return Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(now - this.since));
		}

	}

}
