package dev.kiwi.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;

import dev.kiwi.DeliveryGuarantee;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How kiwi behaves, whatever the transport.
 *
 * @param transport What carries the messages: amqp, jdbc or in-process. The durable
 * transport on the classpath by default, amqp if both are.
 * @param namespace What the names of all queues and exchanges on the server start with,
 * so that applications can share one: 1 to 20 of the characters A-Z a-z 0-9 _ -.
 * @param listeners What concerns annotated methods.
 * @param tasks What concerns tasks.
 * @param rpc What concerns calls.
 * @param broadcast What concerns broadcasts.
 * @param watchdog What is done about handlers that are stuck.
 * @param beacon How connections that look alive and are not are found.
 * @param admin What operators see of other processes.
 * @param maxPayload The largest payload that is sent or read; senders and receivers need
 * the same.
 * @param shutdownTimeout How long running handlers have to finish when the application
 * stops. Stay below spring.lifecycle.timeout-per-shutdown-phase.
 */
@ConfigurationProperties("kiwi")
public record KiwiProperties(@Nullable String transport, @DefaultValue("kiwi") String namespace,
		@DefaultValue Listeners listeners, @DefaultValue Tasks tasks, @DefaultValue Rpc rpc,
		@DefaultValue Broadcast broadcast, @DefaultValue Watchdog watchdog, @DefaultValue Beacon beacon,
		@DefaultValue Admin admin, @DefaultValue("16MB") DataSize maxPayload,
		@DefaultValue("25s") Duration shutdownTimeout) {

	/**
	 * What concerns annotated methods.
	 *
	 * @param enabled Whether annotated methods are subscribed. Without them the
	 * application is a pure client.
	 */
	public record Listeners(@DefaultValue("true") boolean enabled) {
	}

	/**
	 * What concerns tasks.
	 *
	 * @param transport What carries tasks where it is not kiwi.transport: jdbc.
	 * @param defaultQueue The queue of tasks and workers that name none.
	 * @param concurrency How many handlers run at once per queue in this process. The
	 * number of processors by default.
	 * @param prefetch How many tasks per queue are taken from the server at once, the
	 * running ones included. As the concurrency by default; more pays for tasks of
	 * milliseconds.
	 * @param delivery What becomes of a task whose worker is gone: at-least-once gives it
	 * to another, at-most-once keeps it as lost.
	 * @param maxRunTime How long a worker may hold a task before RabbitMQ gives it to
	 * another. Set where the broker takes it, and warned of where not.
	 * @param maxPriority The highest priority that tasks have. Warned of where RabbitMQ
	 * tells fewer apart.
	 * @param maxCrashes How many workers may die running a task that was given out before
	 * until it becomes a dead letter.
	 * @param retry What becomes of a task that failed.
	 * @param rejections What becomes of a task that every subscriber of a worker
	 * rejected.
	 * @param deadLetters What is kept aside.
	 * @param queues The same for single queues, by name, instead of what is said for all.
	 * A name that is no plain word needs brackets.
	 */
	public record Tasks(@Nullable String transport, @DefaultValue("default") String defaultQueue,
			@Nullable Integer concurrency, @Nullable Integer prefetch,
			@DefaultValue("at-least-once") DeliveryGuarantee delivery, @DefaultValue("30d") Duration maxRunTime,
			@DefaultValue("0") int maxPriority, @DefaultValue("3") int maxCrashes, @DefaultValue Retry retry,
			@DefaultValue Rejections rejections, @DefaultValue DeadLetters deadLetters,
			@DefaultValue Map<String, Queue> queues) {
	}

	/**
	 * What becomes of a task that failed.
	 *
	 * @param maxAttempts How often a task is tried before it becomes a dead letter.
	 * @param delay How long it waits for its second attempt.
	 * @param multiplier What the delay is multiplied by from one time to the next.
	 * @param maxDelay The longest delay.
	 * @param jitter By which fraction of itself each delay varies at random, 0 to 1.
	 */
	public record Retry(@DefaultValue("1") int maxAttempts, @DefaultValue("5s") Duration delay,
			@DefaultValue("2") double multiplier, @DefaultValue("1h") Duration maxDelay,
			@DefaultValue("0.1") double jitter) {
	}

	/**
	 * What becomes of a task that every subscriber of a worker rejected.
	 *
	 * @param max How often a rejected task is offered again before it becomes a dead
	 * letter.
	 * @param delay How long a rejected task waits before it is offered again the first
	 * time.
	 * @param multiplier What the delay is multiplied by from one time to the next.
	 * @param maxDelay The longest delay.
	 */
	public record Rejections(@DefaultValue("20") int max, @DefaultValue("100ms") Duration delay,
			@DefaultValue("2") double multiplier, @DefaultValue("30s") Duration maxDelay) {
	}

	/**
	 * Tasks that are kept aside, with the reason.
	 *
	 * @param timeToLive How long they are kept, where the transport is durable.
	 */
	public record DeadLetters(@DefaultValue("7d") Duration timeToLive) {
	}

	/**
	 * How this process works on one queue; what is not set is as for all.
	 *
	 * @param concurrency How many handlers run at once in this process.
	 * @param prefetch How many tasks are taken from the server at once.
	 * @param delivery What becomes of a task whose worker is gone.
	 * @param maxRunTime How long a worker may hold a task before RabbitMQ gives it to
	 * another.
	 * @param maxPriority The highest priority that tasks have.
	 * @param maxCrashes How many workers may die running a task that was given out
	 * before.
	 * @param stuckAfter How long a handler may say nothing until it counts as stuck; 0
	 * for ever.
	 * @param retry What becomes of a task that failed.
	 * @param rejections What becomes of a task that every subscriber rejected.
	 */
	public record Queue(@Nullable Integer concurrency, @Nullable Integer prefetch, @Nullable DeliveryGuarantee delivery,
			@Nullable Duration maxRunTime, @Nullable Integer maxPriority, @Nullable Integer maxCrashes,
			@Nullable Duration stuckAfter, @DefaultValue QueueRetry retry, @DefaultValue QueueRejections rejections) {
	}

	/**
	 * What becomes of a failed task of one queue; what is not set is as for all.
	 *
	 * @param maxAttempts How often a task is tried before it becomes a dead letter.
	 * @param delay How long it waits for its second attempt.
	 * @param multiplier What the delay is multiplied by from one time to the next.
	 * @param maxDelay The longest delay.
	 * @param jitter By which fraction of itself each delay varies at random, 0 to 1.
	 */
	public record QueueRetry(@Nullable Integer maxAttempts, @Nullable Duration delay, @Nullable Double multiplier,
			@Nullable Duration maxDelay, @Nullable Double jitter) {
	}

	/**
	 * What becomes of a rejected task of one queue; what is not set is as for all.
	 *
	 * @param max How often a rejected task is offered again before it becomes a dead
	 * letter.
	 * @param delay How long a rejected task waits before it is offered again the first
	 * time.
	 * @param multiplier What the delay is multiplied by from one time to the next.
	 * @param maxDelay The longest delay.
	 */
	public record QueueRejections(@Nullable Integer max, @Nullable Duration delay, @Nullable Double multiplier,
			@Nullable Duration maxDelay) {
	}

	/**
	 * What concerns calls.
	 *
	 * @param timeout How long a call waits for its first answer unless it says otherwise.
	 * @param concurrency How many calls of one identifier are handled at once in this
	 * process.
	 */
	public record Rpc(@DefaultValue("30s") Duration timeout, @DefaultValue("8") int concurrency) {
	}

	/**
	 * What concerns broadcasts.
	 *
	 * @param concurrency How many broadcasts one subscriber hears at once. More than 1
	 * gives up their order.
	 */
	public record Broadcast(@DefaultValue("1") int concurrency) {
	}

	/**
	 * What is done about handlers that are stuck. They are always logged with their
	 * stack, counted and shown by health.
	 *
	 * @param stuckAfter How long a task's handler may say nothing (no progress, line,
	 * partial result or heartbeat) until it counts as stuck; 0 for ever. A queue may say
	 * otherwise.
	 * @param interrupt Whether a stuck handler is interrupted; the attempt has then
	 * failed.
	 * @param brokenAfter After how much more silence the application's liveness state
	 * becomes BROKEN, so that an orchestrator restarts it; 0 for never.
	 * @param exit Whether the process ends by itself then, with status 1.
	 */
	public record Watchdog(@DefaultValue("0s") Duration stuckAfter, @DefaultValue("false") boolean interrupt,
			@DefaultValue("0s") Duration brokenAfter, @DefaultValue("false") boolean exit) {
	}

	/**
	 * How connections that look alive and are not are found.
	 *
	 * @param enabled Whether the server is asked for an answer now and then, over each
	 * connection.
	 * @param interval How often. A connection that owes three answers is dropped and
	 * built anew.
	 */
	public record Beacon(@DefaultValue("true") boolean enabled, @DefaultValue("30s") Duration interval) {
	}

	/**
	 * What operators see of other processes.
	 *
	 * @param answerTimeout How long workers have to answer what they do.
	 * @param taskEvents Whether RabbitMQ keeps what happens to tasks.
	 */
	public record Admin(@DefaultValue("1s") Duration answerTimeout, @DefaultValue TaskEvents taskEvents) {
	}

	/**
	 * What happens to tasks, kept by RabbitMQ in a stream for whoever asks where they
	 * are. The other transports know every task without it.
	 *
	 * @param enabled Whether events are written and read. To be said in all applications
	 * of a namespace.
	 * @param timeToLive How long events are kept, and of which age on a task is not shown
	 * any more.
	 * @param maxSize How much room events take on each broker.
	 * @param maxTasks How many tasks a process remembers once it is asked for tasks; some
	 * 1 KB each, 3 KB at most.
	 */
	public record TaskEvents(@DefaultValue("false") boolean enabled, @DefaultValue("7d") Duration timeToLive,
			@DefaultValue("256MB") DataSize maxSize, @DefaultValue("100000") int maxTasks) {
	}

}
