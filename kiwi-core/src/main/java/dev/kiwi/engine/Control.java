package dev.kiwi.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.codec.JacksonPayloadCodec;
import dev.kiwi.engine.ControlMessage.Answer;
import dev.kiwi.engine.ControlMessage.Ask;
import dev.kiwi.engine.ControlMessage.Order;
import dev.kiwi.engine.ControlMessage.Slice;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the engines of a namespace ask each other and give orders: by broadcasts that no
 * subscriber hears. Workers answer; whoever asks gathers the answers for a bounded while.
 */
final class Control {

	/** What the subjects of these broadcasts start with. */
	static final String SUBJECT = "kiwi.control.";

	private static final Logger logger = LoggerFactory.getLogger(Control.class);

	private static final String ALL = SUBJECT + "all";

	/** How long the transport may take to carry a question. */
	private static final Duration ASKING = Duration.ofSeconds(10);

	private final EngineContext context;

	private final BroadcastEngine broadcasts;

	private final Pauses pauses;

	private final Runnable onOrders;

	private final Function<Ask, Answer> answerer;

	private final JacksonPayloadCodec json = new JacksonPayloadCodec();

	private final Map<String, Gathering> gatherings = new ConcurrentHashMap<>();

	private final AtomicReference<@Nullable CompletionStage<Void>> listening = new AtomicReference<>();

	private volatile boolean serving;

	/**
	 * The control of one engine.
	 * @param onOrders called after orders came, on kiwi's executor
	 * @param answerer answers for this process
	 */
	Control(EngineContext context, BroadcastEngine broadcasts, Pauses pauses, Runnable onOrders,
			Function<Ask, Answer> answerer) {
		this.context = context;
		this.broadcasts = broadcasts;
		this.pauses = pauses;
		this.onOrders = onOrders;
		this.answerer = answerer;
	}

	/** This process works on tasks: it answers from now on, and learns what is paused. */
	void serve() {
		if (!this.serving) {
			this.serving = true;
			listen().thenCompose((nothing) -> publish(ALL, this::pausesQuestion)).exceptionally((failure) -> {
				logger.debug("Nobody was asked which queues are paused", failure);
				return null;
			});
		}
	}

	/**
	 * Asks all workers.
	 * @param timeout how long they have once the transport has taken the question
	 * @param enough whether nobody else needs to answer
	 * @return completes with what was answered by then, by instance; fails where nobody
	 * could be asked
	 */
	CompletableFuture<Collection<Answer>> gather(@Nullable Slice page, @Nullable Set<String> ids, Duration timeout,
			Predicate<Map<String, Answer>> enough) {
		Ask ask = new Ask(this.context.newId(), this.context.instance(), page, ids);
		Gathering gathering = new Gathering(enough);
		this.gatherings.put(ask.id(), gathering);
		gathering.done.whenComplete((answers, failure) -> this.gatherings.remove(ask.id()));
		after(ASKING, gathering,
				() -> gathering.done
					.completeExceptionally(new DeliveryFailedException("The workers could not be asked within " + ASKING
							+ ": there is no connection that carries broadcasts")));
		listen().thenCompose((nothing) -> publish(ALL, new ControlMessage(ask, null, null)))
			.whenComplete((nothing, failure) -> {
				if (failure == null) {
					after(timeout, gathering, gathering::end);
				}
				else {
					gathering.done.completeExceptionally(Replies.unwrapped(failure));
				}
			});
		return gathering.done;
	}

	/**
	 * Gives orders to all workers, and to this process.
	 * @return completes when the transport has taken them
	 */
	CompletableFuture<Void> order(Map<String, Order> orders) {
		this.pauses.heard(orders);
		this.onOrders.run();
		return listen().thenCompose((nothing) -> publish(ALL, new ControlMessage(null, null, orders)))
			.toCompletableFuture();
	}

	private void after(Duration delay, Gathering gathering, Runnable action) {
		try {
			Future<?> end = this.context.timer().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
			gathering.done.whenComplete((answers, failure) -> end.cancel(false));
		}
		catch (RejectedExecutionException ex) {
			gathering.done.completeExceptionally(EngineContext.closedException());
		}
	}

	/** Nobody answers any more. */
	void closed() {
		this.gatherings.values()
			.forEach((gathering) -> gathering.done.completeExceptionally(EngineContext.closedException()));
	}

	/** What failed is tried again by who comes next. */
	private CompletionStage<Void> listen() {
		CompletionStage<Void> present = this.listening.get();
		if (present == null || present.toCompletableFuture().isCompletedExceptionally()) {
			present = this.broadcasts.control(BroadcastFilter.subject(ALL, SUBJECT + this.context.instance()),
					this::heard);
			this.listening.set(present);
		}
		return present;
	}

	/**
	 * As text: what Jackson needs to write a first object takes a worker that starts some
	 * 50 ms of processor. Neither of the two ids has a character to be escaped.
	 */
	private byte[] pausesQuestion() {
		return ("{\"ask\":{\"id\":\"" + this.context.newId() + "\",\"replyTo\":\"" + this.context.instance() + "\"}}")
			.getBytes(StandardCharsets.UTF_8);
	}

	private CompletionStage<Void> publish(String subject, ControlMessage message) {
		return publish(subject, () -> this.json.encode(message));
	}

	/** Away from the caller's thread, whose transaction is not for this. */
	private CompletionStage<Void> publish(String subject, Supplier<byte[]> message) {
		return CompletableFuture.completedStage(message).thenComposeAsync((said) -> {
			Envelope envelope = written(said.get());
			return this.broadcasts.publish(new BroadcastEnvelope(subject, this.context.instance(), null, envelope));
		}, this.context.executor());
	}

	/**
	 * As JSON, whatever the user's codec can write. Where that writes YAML, kiwiPy's
	 * programs read every broadcast, and find a text here that they can read too.
	 */
	private Envelope written(byte[] message) {
		Payloads payloads = this.context.payloads();
		boolean isYaml = payloads.contentType().contains("yaml");
		return new Envelope(this.context.newId(), null, isYaml ? payloads.contentType() : this.json.contentType(),
				Map.of(),
				isYaml ? payloads.encode(new String(message, StandardCharsets.UTF_8), "A control message") : message);
	}

	private byte[] read(Envelope envelope) {
		if (this.json.contentType().equals(envelope.contentType())) {
			return envelope.body();
		}
		String text = this.context.payloads()
			.decode(envelope.body(), envelope.contentType(), String.class, "A control message");
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private void heard(BroadcastEnvelope broadcast) {
		if (this.context.instance().equals(broadcast.sender()) && this.gatherings.isEmpty()) {
			// only who gathers answers needs its own
			return;
		}
		this.context.callback(() -> {
			try {
				ControlMessage message = (ControlMessage) this.json.decode(read(broadcast.envelope()),
						ControlMessage.class);
				if (message != null) {
					heard(message);
				}
			}
			catch (RuntimeException ex) {
				logger.warn("A control message of {} is not understood: is another version of kiwi at work there?",
						broadcast.sender(), ex);
			}
		});
	}

	private void heard(ControlMessage message) {
		if (message.orders() != null) {
			this.pauses.heard(message.orders());
			this.onOrders.run();
		}
		Answer answer = message.answer();
		Gathering gathering = (answer != null) ? this.gatherings.get(answer.ask()) : null;
		if (answer != null && gathering != null) {
			gathering.add(answer);
		}
		Ask ask = message.ask();
		if (ask != null && this.serving) {
			publish(SUBJECT + ask.replyTo(), new ControlMessage(null, this.answerer.apply(ask), this.pauses.orders()))
				.exceptionally((failure) -> {
					logger.debug("Question {} of {} is not answered", ask.id(), ask.replyTo(), failure);
					return null;
				});
		}
	}

	/**
	 * Answers as they come.
	 */
	private static final class Gathering {

		private final CompletableFuture<Collection<Answer>> done = new CompletableFuture<>();

		private final Map<String, Answer> answers = new ConcurrentHashMap<>();

		private final Predicate<Map<String, Answer>> enough;

		Gathering(Predicate<Map<String, Answer>> enough) {
			this.enough = enough;
		}

		void add(Answer answer) {
			this.answers.put(answer.worker().instance(), answer);
			if (this.enough.test(this.answers)) {
				end();
			}
		}

		void end() {
			this.done.complete(List.copyOf(this.answers.values()));
		}

	}

}
