package dev.kiwi.test.contract;

import java.util.ArrayList;
import java.util.List;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.transport.ServerConnection;
import dev.kiwi.transport.Transport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What can be seen of the way to the server.
 */
interface WatchContract extends Environment {

	@Test
	default void aSubscriptionSaysWhetherItIsServed() {
		KiwiCommunicator kiwi = process();
		List<Subscription> subscriptions = List.of(kiwi.addTaskSubscriber("served", String.class, (text, task) -> text),
				kiwi.addRpcSubscriber("served", String.class, (text, call) -> text),
				kiwi.addBroadcastSubscriber(BroadcastFilter.subject("served"), String.class, (text, broadcast) -> {
				}));
		for (Subscription subscription : subscriptions) {
			ready(subscription);
			assertThat(subscription.isServed()).isTrue();
			subscription.close();
			assertThat(subscription.isServed()).isFalse();
		}
	}

	@Test
	default void connectionsAnswerAndWhereOneIsDroppedAnotherDoes() {
		Transport transport = raw(new ArrayList<>());
		Subscription serving = transport.messages().serve(RpcEndpoint.of("watched"), 1, (request) -> {
		});
		ready(serving);
		List<ServerConnection> before = await().atMost(PATIENCE)
			.until(transport::connections, (connections) -> connections.equals(transport.connections()));
		List<String> names = before.stream().map(ServerConnection::name).toList();
		assertThat(names).doesNotHaveDuplicates();
		before.forEach((connection) -> get(connection.ping()));
		before.forEach((connection) -> connection.drop(new ConnectionLostException("Dropped by a test")));
		await().atMost(PATIENCE).untilAsserted(() -> {
			assertThat(serving.isServed()).isTrue();
			List<ServerConnection> after = transport.connections();
			assertThat(after).extracting(ServerConnection::name).containsExactlyElementsOf(names);
			after.forEach((connection) -> get(connection.ping()));
			assertThat(transport.info().connected()).isTrue();
		});
	}

}
