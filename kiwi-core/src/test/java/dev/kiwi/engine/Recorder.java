package dev.kiwi.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.kiwi.transport.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what it is told.
 */
class Recorder implements EngineObserver {

	final List<String> lines = new CopyOnWriteArrayList<>();

	final Map<String, String> headers;

	final ThreadLocal<String> inScope = new ThreadLocal<>();

	@Nullable EngineStatistics statistics;

	Recorder(Map<String, String> headers) {
		this.headers = headers;
	}

	@Override
	public void started(EngineStatistics statistics) {
		this.statistics = statistics;
	}

	@Override
	public Sending sending(MessageKind kind, String destination, Envelope envelope) {
		this.lines.add("sending " + kind + " " + destination);
		return new Sending() {

			@Override
			public Map<String, String> headers() {
				return Recorder.this.headers;
			}

			@Override
			public void ended(@Nullable Throwable failure) {
				Recorder.this.lines.add("sent " + kind + " " + destination + thrown(failure));
			}

		};
	}

	@Override
	public Handling handling(MessageKind kind, String destination, Envelope envelope) {
		this.lines.add("handling " + kind + " " + destination);
		return new Handling() {

			@Override
			public Scope open() {
				Recorder.this.inScope.set(envelope.id());
				return Recorder.this.inScope::remove;
			}

			@Override
			public void ended(HandlingOutcome outcome, @Nullable Throwable failure) {
				Recorder.this.lines.add(outcome + " " + kind + " " + destination + thrown(failure));
			}

		};
	}

	@Override
	public void happened(EngineEvent event, MessageKind kind, String destination) {
		this.lines.add("event " + event + " " + kind + " " + destination);
	}

	private static String thrown(@Nullable Throwable failure) {
		return (failure != null) ? ": " + failure.getClass().getSimpleName() : "";
	}

}
