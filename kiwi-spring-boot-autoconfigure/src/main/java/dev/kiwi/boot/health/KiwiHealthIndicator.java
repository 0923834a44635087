package dev.kiwi.boot.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TransportInfo;
import dev.kiwi.boot.listener.SubscriberStatus;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up while the transport can carry a message and the server has taken all subscriptions;
 * out of service where it has refused one for good or not taken it yet.
 */
public final class KiwiHealthIndicator extends AbstractHealthIndicator {

	private final KiwiCommunicator communicator;

	private final Supplier<List<SubscriberStatus>> subscribers;

	/**
	 * An indicator.
	 * @param communicator whose health it is
	 * @param subscribers the annotated methods, empty in a pure client
	 */
	public KiwiHealthIndicator(KiwiCommunicator communicator, Supplier<List<SubscriberStatus>> subscribers) {
		super("The health of kiwi cannot be told");
		this.communicator = communicator;
		this.subscribers = subscribers;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		TransportInfo info = this.communicator.transportInfo();
		List<SubscriberStatus> all = this.subscribers.get();
		Map<String, String> unserved = new LinkedHashMap<>();
		List<String> served = new ArrayList<>();
		for (SubscriberStatus subscriber : all) {
			if (subscriber.isReady()) {
				served.add(subscriber.identifier());
			}
			else {
				unserved.put(subscriber.identifier(),
						(subscriber.failure() != null) ? subscriber.failure() : "not subscribed yet");
			}
		}
		builder.withDetail("transport", info.name());
		info.serverProperties().forEach((name, value) -> {
			if (name.equals("product") || name.equals("version")) {
				builder.withDetail("server." + name, value);
			}
			else if (name.startsWith("tasks.")) {
				builder.withDetail(name, value);
			}
		});
		if (!served.isEmpty()) {
			builder.withDetail("subscribed", served);
		}
		if (!unserved.isEmpty()) {
			builder.withDetail("notSubscribed", unserved);
		}
		if (!info.connected()) {
			builder.down().withDetail("connected", false);
		}
		else if (unserved.isEmpty()) {
			builder.up();
		}
		else {
			builder.outOfService();
		}
	}

}
