package dev.kiwi.amqp;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.RpcDelivery;

/**
 * Words over RabbitMQ.
 */
final class AmqpMessages implements MessageTransport {

	private final Amqp amqp;

	private final AtomicInteger epochs = new AtomicInteger();

	private final Once<Consumption> replies;

	private final Prepared exchange;

	private final BroadcastQueue broadcasts;

	AmqpMessages(Amqp amqp, Consumer<Reply> replies) {
		this.amqp = amqp;
		this.replies = new Once<>(() -> amqp.consume("rpc-reply", (connection) -> {
			String queue = amqp.names().rpcReplies(amqp.instance().get(), this.epochs.incrementAndGet());
			amqp.declarations().rpcReplies(connection, queue);
			return Consumption.Declared.shared(queue).unacknowledged();
		}, Amqp.REPLY_PREFETCH,
				(incoming) -> replies.accept(amqp.mapping().reply(incoming.properties(), incoming.body()))));
		this.exchange = new Prepared(() -> amqp.prepare(amqp.declarations()::broadcastExchange));
		this.broadcasts = new BroadcastQueue(amqp);
	}

	@Override
	public CompletableFuture<Void> call(String identifier, Envelope request, Duration timeToLive) {
		Consumption listening = this.replies.get();
		ConsumerChannel channel = this.amqp.await(listening.ready()) ? listening.channel() : null;
		if (channel == null) {
			return this.amqp.unprepared("Call " + request.id() + " to '" + identifier + "'", listening.ready());
		}
		long millis = Math.min(timeToLive.toMillis(), AmqpSettings.LONGEST_TIME_TO_LIVE.toMillis());
		String expiration = Long.toString(Math.max(1, millis));
		WireMessage message = this.amqp.mapping().request(request, channel.queue(), expiration);
		Topology topology = this.amqp.topology();
		return this.amqp.publisher()
			.publish(Publication.CALL, topology.rpcExchange(), topology.rpcKey(identifier), message);
	}

	@Override
	public Subscription serve(RpcEndpoint endpoint, int prefetch, Consumer<RpcDelivery> listener) {
		String identifier = endpoint.identifier();
		return this.amqp.consume(identifier, (connection) -> {
			this.amqp.declarations().rpcQueue(connection, identifier, endpoint.isExclusive());
			String queue = this.amqp.names().rpc(identifier);
			return endpoint.isExclusive() ? Consumption.Declared.exclusive(queue) : Consumption.Declared.shared(queue);
		}, prefetch, (incoming) -> listener.accept(new AmqpRequest(incoming, this.amqp)));
	}

	@Override
	public CompletableFuture<Void> publish(BroadcastEnvelope broadcast) {
		CompletableFuture<Void> declared = this.exchange.get();
		if (!this.amqp.await(declared)) {
			return this.amqp.unprepared("Broadcast " + broadcast.envelope().id() + " on '" + broadcast.subject() + "'",
					declared);
		}
		WireMessage message = this.amqp.mapping().broadcast(broadcast);
		Topology topology = this.amqp.topology();
		return this.amqp.publisher()
			.publish(Publication.BROADCAST, topology.broadcastExchange(),
					topology.broadcastKey(broadcast.subject(), broadcast.sender()), message);
	}

	@Override
	public CompletionStage<Void> listen(Collection<BroadcastFilter> filters, BroadcastListener listener) {
		return this.broadcasts.listen(filters, listener);
	}

	@Override
	public boolean isListening() {
		return this.broadcasts.isListening();
	}

}
