package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.RpcDelivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Words as short-lived rows.
 */
final class JdbcMessages implements MessageTransport {

	private static final Logger logger = LoggerFactory.getLogger(JdbcMessages.class);

	private final Hub hub;

	private final GroupCommit<Word, @Nullable RuntimeException> writer;

	private final Ears ears;

	private final Set<RpcService> services = ConcurrentHashMap.newKeySet();

	JdbcMessages(Hub hub) {
		this.hub = hub;
		this.writer = new GroupCommit<>("kiwi-jdbc-messenger", "A message", hub.database(),
				hub.database().settings().sendTimeout(), JdbcMessages::write);
		this.ears = new Ears(hub);
		hub.ringBy((bells) -> write(new Word.Ring(bells), 0));
	}

	private static List<@Nullable RuntimeException> write(Database database, List<Word> words, boolean again)
			throws SQLException {
		return database.inTransaction((tx) -> Word.write(tx, words));
	}

	void start() {
		this.writer.start();
	}

	@Override
	public CompletableFuture<Void> call(String identifier, Envelope request, Duration timeToLive) {
		Envelope addressed = new Envelope(request.id(), this.hub.instance(), request.contentType(), request.headers(),
				request.body());
		return write(new Word.Call(identifier, addressed, timeToLive), request.body().length);
	}

	@Override
	public Subscription serve(RpcEndpoint endpoint, int prefetch, Consumer<RpcDelivery> listener) {
		RpcService service = new RpcService(this, this.hub, endpoint, prefetch, listener);
		this.services.add(service);
		service.ready().whenComplete((nothing, failure) -> {
			if (failure != null) {
				this.services.remove(service);
			}
		});
		return service;
	}

	@Override
	public CompletableFuture<Void> publish(BroadcastEnvelope broadcast) {
		return write(new Word.Shout(broadcast), broadcast.envelope().body().length);
	}

	@Override
	public CompletionStage<Void> listen(Collection<BroadcastFilter> filters, BroadcastListener listener) {
		return this.ears.listen(filters, listener);
	}

	@Override
	public boolean isListening() {
		return this.ears.isListening();
	}

	CompletableFuture<Void> write(Word word, int bytes) {
		return this.writer.write(word, bytes)
			.thenCompose((failure) -> (failure != null) ? CompletableFuture.failedFuture(failure)
					: CompletableFuture.completedFuture(null));
	}

	void forget(RpcService service) {
		this.services.remove(service);
	}

	/** An owner of another name serves and hears the same. */
	void joining(Tx tx, String owner) throws SQLException {
		for (RpcService service : this.services) {
			if (service.ready().toCompletableFuture().isDone()) {
				rejoin(tx, owner, service);
			}
		}
		this.ears.joining(tx, owner);
	}

	/** Somebody may have taken the identifier meanwhile. */
	private void rejoin(Tx tx, String owner, RpcService service) throws SQLException {
		try {
			service.joining(tx, owner);
		}
		catch (DuplicateSubscriberIdentifierException ex) {
			logger.warn("'{}' is served here no longer: {}", service.identifier(), ex.getMessage());
			service.abandon();
			this.services.remove(service);
		}
	}

	/** There may be requests for an identifier, or for all where it is null. */
	void ring(@Nullable String identifier) {
		for (RpcService service : this.services) {
			if (identifier == null || service.identifier().equals(identifier)) {
				this.hub.wordPump().ring(service);
			}
		}
	}

	void ringBroadcasts() {
		this.hub.wordPump().ring(this.ears);
	}

	void lost() {
		this.services.forEach(RpcService::lost);
	}

	void close(Duration patience) {
		this.services.forEach(RpcService::abandon);
		this.writer.close(patience);
	}

}
