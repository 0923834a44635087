package dev.kiwi.amqp;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.RpcDelivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call in the hands of this process. It is acknowledged after its reply was written, so
 * that another instance gets it if this one dies before.
 */
final class AmqpRequest implements RpcDelivery {

	private static final Logger logger = LoggerFactory.getLogger(AmqpRequest.class);

	private final Incoming incoming;

	private final Amqp amqp;

	private final Envelope request;

	AmqpRequest(Incoming incoming, Amqp amqp) {
		this.incoming = incoming;
		this.amqp = amqp;
		this.request = amqp.mapping().request(incoming.properties(), incoming.body());
	}

	@Override
	public Envelope request() {
		return this.request;
	}

	@Override
	public void reply(Reply reply) {
		boolean last = reply.kind().isFinal();
		if (this.incoming.isLost() || (last && !this.incoming.beginSettling())) {
			return;
		}
		String address = this.incoming.properties().getReplyTo();
		if (address != null) {
			WireMessage message = this.amqp.mapping().rpcReply(this.request, reply);
			this.amqp.publisher().publish(Publication.ANSWER, "", address, message).whenComplete((nothing, failure) -> {
				if (failure != null) {
					logger.debug("The answer to call {} was not sent", this.request.id(), failure);
				}
				if (last) {
					acknowledge();
				}
			});
		}
		else if (last) {
			acknowledge();
		}
	}

	private void acknowledge() {
		if (!this.incoming.isLost()) {
			this.incoming.acknowledge();
		}
	}

	@Override
	public void release() {
		if (!this.incoming.isLost() && this.incoming.beginSettling()) {
			this.incoming.giveBack();
		}
	}

}
