package dev.kiwi.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.RpcDelivery;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.WakeUps;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings by broadcasts that no subscriber hears, on a thread of its own: a broker that is
 * slow or away holds nobody up. What is rung meanwhile goes together, once it is there.
 */
final class WordBell implements WakeUps, MessageTransport {

	private static final Logger logger = LoggerFactory.getLogger(WordBell.class);

	private static final String SUBJECT = "kiwi.bell.";

	private static final String ALL = "all";

	/** Where more is rung at once, it is rung for anywhere, and for all. */
	private static final int MAX_WORDS = 100;

	private static final Duration SLOW = Duration.ofSeconds(5);

	private final Transport transport;

	private final MessageTransport words;

	private final AtomicLong ids = new AtomicLong();

	private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), (task) -> {
				Thread created = new Thread(task, "kiwi-bell");
				created.setDaemon(true);
				return created;
			});

	/** What is to be rung, by the last part of its subject. */
	private final Map<String, Set<String>> pending = new HashMap<>();

	private boolean ringing;

	private String instance = "";

	private List<BroadcastFilter> filters = List.of();

	private volatile @Nullable BroadcastListener listener;

	private volatile Consumer<String> hearing = (word) -> {
	};

	private boolean listening;

	WordBell(Transport transport) {
		this.transport = transport;
		this.words = transport.messages();
		this.thread.allowCoreThreadTimeOut(true);
	}

	void start(String instance) {
		this.instance = instance;
	}

	void close() {
		this.thread.shutdown();
	}

	/** The broker was away: what others rang meanwhile is lost. */
	void missed() {
		this.hearing.accept(ANYWHERE);
		ringSoon();
	}

	@Override
	public void ring(@Nullable String instance, Collection<String> words) {
		synchronized (this.pending) {
			collect((instance != null) ? instance : ALL, words);
			if (this.pending.size() > MAX_WORDS) {
				this.pending.clear();
				collect(ALL, Set.of(ANYWHERE));
			}
		}
		ringSoon();
	}

	private void collect(String to, Collection<String> words) {
		Set<String> together = this.pending.computeIfAbsent(to, (key) -> new TreeSet<>());
		together.addAll(words);
		if (together.size() > MAX_WORDS) {
			together.clear();
			together.add(ANYWHERE);
		}
	}

	private void ringSoon() {
		synchronized (this.pending) {
			if (this.ringing || this.pending.isEmpty()) {
				return;
			}
			this.ringing = true;
		}
		try {
			this.thread.execute(this::ring);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nothing is rung any more: the communicator is closed", ex);
		}
	}

	private void ring() {
		synchronized (this.pending) {
			this.ringing = false;
		}
		if (!this.transport.info().connected()) {
			return;
		}
		List<CompletableFuture<Void>> publishing = new ArrayList<>();
		Map<String, Set<String>> rung;
		synchronized (this.pending) {
			rung = new HashMap<>(this.pending);
			this.pending.clear();
		}
		rung.forEach((to, words) -> publishing.add(publish(to, words)));
		try {
			CompletableFuture.allOf(publishing.toArray(CompletableFuture[]::new))
				.get(SLOW.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (Exception ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			logger.debug("What was rung may not be heard; it is found a little later", ex);
		}
	}

	private CompletableFuture<Void> publish(String to, Set<String> words) {
		Envelope envelope = new Envelope(this.instance + "-bell-" + this.ids.incrementAndGet(), null, "text/plain",
				Map.of(Headers.BELL, this.instance), String.join("\n", words).getBytes(StandardCharsets.UTF_8));
		return this.words.publish(new BroadcastEnvelope(SUBJECT + to, null, null, envelope));
	}

	@Override
	public void listen(Consumer<String> hearing) {
		this.hearing = hearing;
		CompletionStage<Void> heard;
		synchronized (this) {
			this.listening = true;
			heard = listen();
		}
		heard.whenComplete((nothing, failure) -> {
			if (failure != null) {
				logger.warn("Nobody wakes this process when there is work; it is found a little later", failure);
			}
			else {
				missed();
			}
		});
	}

	@Override
	public synchronized CompletionStage<Void> listen(Collection<BroadcastFilter> filters, BroadcastListener listener) {
		this.filters = List.copyOf(filters);
		this.listener = listener;
		return listen();
	}

	@Override
	public boolean isListening() {
		return this.words.isListening();
	}

	private CompletionStage<Void> listen() {
		List<BroadcastFilter> all = new ArrayList<>(this.filters);
		if (this.listening) {
			all.add(BroadcastFilter.subject(SUBJECT + ALL, SUBJECT + this.instance));
		}
		return this.words.listen(all, this::heard);
	}

	private CompletionStage<Void> heard(BroadcastEnvelope broadcast) {
		String from = broadcast.envelope().headers().get(Headers.BELL);
		BroadcastListener listener = this.listener;
		if (from != null) {
			if (!from.equals(this.instance)) {
				new String(broadcast.envelope().body(), StandardCharsets.UTF_8).lines().forEach(this.hearing);
			}
		}
		else if (listener != null) {
			return listener.heard(broadcast);
		}
		return CompletableFuture.completedStage(null);
	}

	@Override
	public CompletableFuture<Void> call(String identifier, Envelope request, Duration timeToLive) {
		return this.words.call(identifier, request, timeToLive);
	}

	@Override
	public Subscription serve(RpcEndpoint endpoint, int prefetch, Consumer<RpcDelivery> listener) {
		return this.words.serve(endpoint, prefetch, listener);
	}

	@Override
	public CompletableFuture<Void> publish(BroadcastEnvelope broadcast) {
		return this.words.publish(broadcast);
	}

}
