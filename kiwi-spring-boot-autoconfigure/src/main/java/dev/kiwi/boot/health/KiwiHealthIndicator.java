package dev.kiwi.boot.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TransportInfo;
import dev.kiwi.boot.listener.SubscriberStatus;
import dev.kiwi.engine.EngineSnapshot;
import dev.kiwi.engine.EngineStatistics;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up while the transport can carry a message and messages reach all subscriptions; out of
 * service where they do not reach one although there is a connection. Shows what is stuck
 * and how long ago each connection answered, which changes nothing: what must end because
 * it is stuck is told by the liveness state.
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
						(subscriber.failure() != null) ? subscriber.failure() : "not served yet, or not at the moment");
			}
		}
		builder.withDetail("transport", info.name());
		info.serverProperties().forEach((name, value) -> {
			if (name.equals("product") || name.equals("version")) {
				builder.withDetail("server." + name, value);
			}
			else if (name.startsWith("tasks.") || name.startsWith("connection.")) {
				builder.withDetail(name, value);
			}
		});
		if (!served.isEmpty()) {
			builder.withDetail("subscribed", served);
		}
		if (!unserved.isEmpty()) {
			builder.withDetail("notSubscribed", unserved);
		}
		if (this.communicator instanceof EngineStatistics statistics) {
			watched(builder, statistics.snapshot());
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

	private static void watched(Health.Builder builder, EngineSnapshot snapshot) {
		if (!snapshot.beacons().isEmpty()) {
			Map<String, String> ages = new TreeMap<>();
			snapshot.beacons().forEach((connection, age) -> ages.put(connection, age.toSeconds() + " s ago"));
			builder.withDetail("answered", ages);
		}
		if (!snapshot.stuck().isEmpty()) {
			builder.withDetail("stuck", snapshot.stuck());
		}
	}

}
