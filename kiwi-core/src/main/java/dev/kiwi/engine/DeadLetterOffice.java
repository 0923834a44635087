package dev.kiwi.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import dev.kiwi.DeadLetter;
import dev.kiwi.DeadLetters;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.KiwiException;
import dev.kiwi.transport.DeadLetterStore.Disposal;
import dev.kiwi.transport.DeadLetterStore.Visitor;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.TaskTransport;

/**
 * Decides over the tasks that are kept aside.
 */
final class DeadLetterOffice implements DeadLetters {

	private static final Duration TIMEOUT = Duration.ofMinutes(1);

	private static final Disposal KEEP = new Disposal.Keep();

	private static final Disposal DISCARD = new Disposal.Discard();

	private final EngineContext context;

	private final TaskTransport transport;

	DeadLetterOffice(EngineContext context, TaskTransport transport) {
		this.context = context;
		this.transport = transport;
	}

	@Override
	public List<DeadLetter> list(Predicate<DeadLetter> filter) {
		List<DeadLetter> letters = new ArrayList<>();
		visit((envelope) -> {
			DeadLetter letter = new KeptLetter(this.context.payloads(), envelope);
			if (filter.test(letter)) {
				letters.add(letter);
			}
			return KEEP;
		});
		return letters;
	}

	@Override
	public int relaunch(Predicate<DeadLetter> filter) {
		return dispose(filter, this::relaunched);
	}

	@Override
	public int discard(Predicate<DeadLetter> filter) {
		return dispose(filter, (letter) -> DISCARD);
	}

	private int dispose(Predicate<DeadLetter> filter, Visitor disposal) {
		AtomicInteger count = new AtomicInteger();
		visit((envelope) -> {
			if (!filter.test(new KeptLetter(this.context.payloads(), envelope))) {
				return KEEP;
			}
			count.incrementAndGet();
			return disposal.visit(envelope);
		});
		return count.get();
	}

	private Disposal relaunched(Envelope letter) {
		Map<String, String> headers = new HashMap<>(RunContext.usersOwn(letter.headers()));
		for (String kept : List.of(Headers.SENT, Headers.PRIORITY)) {
			if (letter.headers().containsKey(kept)) {
				headers.put(kept, letter.headers().get(kept));
			}
		}
		headers.put(Headers.LAUNCH, Integer.toString(letter.count(Headers.LAUNCH, 0) + 1));
		return new Disposal.Relaunch(KeptLetter.queue(letter), letter.withHeaders(headers));
	}

	private void visit(Visitor visitor) {
		this.context.requireOpen();
		CompletableFuture<Void> visiting = this.transport.deadLetters().visit(visitor);
		try {
			visiting.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			Throwable cause = Replies.unwrapped(ex);
			throw (cause instanceof KiwiException known) ? known : new DeliveryFailedException(
					"The dead letters could not be visited: " + cause.getMessage(), cause);
		}
		catch (TimeoutException ex) {
			throw new DeliveryFailedException("The dead letters could not be visited within " + TIMEOUT, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DeliveryFailedException("Interrupted while the dead letters were visited", ex);
		}
	}

}
