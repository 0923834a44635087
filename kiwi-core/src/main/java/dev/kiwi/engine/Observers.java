package dev.kiwi.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.kiwi.transport.Envelope;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several observers as one that does not throw: no message is lost for a metric.
 */
final class Observers implements EngineObserver {

	private static final Logger logger = LoggerFactory.getLogger(Observers.class);

	private final List<EngineObserver> observers;

	private Observers(List<EngineObserver> observers) {
		this.observers = observers;
	}

	/** The one that the engine tells; where there are none, exactly {@link #NONE}. */
	static EngineObserver of(List<EngineObserver> observers) {
		List<EngineObserver> seeing = observers.stream().filter((observer) -> observer != NONE).toList();
		return seeing.isEmpty() ? NONE : new Observers(seeing);
	}

	@Override
	public void started(EngineStatistics statistics) {
		tell(this.observers, (observer) -> observer.started(statistics));
	}

	@Override
	public Sending sending(MessageKind kind, String destination, Envelope envelope) {
		List<Sending> sendings = ask(this.observers, (observer) -> observer.sending(kind, destination, envelope),
				Sending.NONE);
		return sendings.isEmpty() ? Sending.NONE : new Sendings(sendings);
	}

	@Override
	public Handling handling(MessageKind kind, String destination, Envelope envelope) {
		List<Handling> handlings = ask(this.observers, (observer) -> observer.handling(kind, destination, envelope),
				Handling.NONE);
		return handlings.isEmpty() ? Handling.NONE : new Handlings(handlings);
	}

	@Override
	public void happened(EngineEvent event, MessageKind kind, String destination) {
		tell(this.observers, (observer) -> observer.happened(event, kind, destination));
	}

	@Override
	public void broken(StuckTask task) {
		tell(this.observers, (observer) -> observer.broken(task));
	}

	private static <T> void tell(List<T> told, Consumer<T> what) {
		for (T one : told) {
			try {
				what.accept(one);
			}
			catch (Throwable ex) {
				logger.warn("An observer failed", ex);
			}
		}
	}

	/** The answers of all, in their order, without those that say nothing. */
	private static <T, A> List<A> ask(List<T> asked, Function<T, A> what, A nothing) {
		List<A> answers = new ArrayList<>(asked.size());
		tell(asked, (one) -> {
			A answer = what.apply(one);
			if (answer != nothing) {
				answers.add(answer);
			}
		});
		return answers;
	}

	private record Sendings(List<Sending> sendings) implements Sending {

		@Override
		public Map<String, String> headers() {
			Map<String, String> headers = new HashMap<>();
			tell(this.sendings, (sending) -> headers.putAll(sending.headers()));
			return headers;
		}

		@Override
		public void ended(@Nullable Throwable failure) {
			tell(this.sendings, (sending) -> sending.ended(failure));
		}

	}

	private record Handlings(List<Handling> handlings) implements Handling {

		@Override
		public Scope open() {
			List<Scope> scopes = ask(this.handlings, Handling::open, Scope.NONE);
			return () -> {
				for (int last = scopes.size() - 1; last >= 0; last--) {
					tell(scopes.subList(last, last + 1), Scope::close);
				}
			};
		}

		@Override
		public void ended(HandlingOutcome outcome, @Nullable Throwable failure) {
			tell(this.handlings, (handling) -> handling.ended(outcome, failure));
		}

	}

}
