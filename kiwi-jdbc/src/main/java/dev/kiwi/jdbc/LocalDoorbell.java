package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Rings within this process, which is the only one that a database in a file has. Nobody
 * needs to hold a connection for it.
 */
final class LocalDoorbell implements Doorbell {

	private static final Map<Place, Map<String, Consumer<String>>> places = new ConcurrentHashMap<>();

	@Override
	public void ring(Place place, Collection<Bell> bells) {
		Map<String, Consumer<String>> listeners = places.getOrDefault(place, Map.of());
		for (Bell bell : bells) {
			if (bell.address().equals(Bell.EVERYBODY)) {
				listeners.values().forEach((listener) -> listener.accept(bell.word()));
			}
			else {
				Consumer<String> listener = listeners.get(bell.address());
				if (listener != null) {
					listener.accept(bell.word());
				}
			}
		}
	}

	@Override
	public boolean ringHere(Place place, Collection<Bell> bells) {
		ring(place, bells);
		return true;
	}

	@Override
	public void listen(Place place, Connection connection, Ear ear) throws SQLException, InterruptedException {
		connection.close();
		CountDownLatch closed = new CountDownLatch(1);
		Consumer<String> listener = (word) -> {
			if (word.equals(CLOSE)) {
				closed.countDown();
			}
			else {
				ear.hearing().accept(word);
			}
		};
		places.computeIfAbsent(place, (key) -> new ConcurrentHashMap<>()).put(ear.instance(), listener);
		try {
			ear.hearing().accept(Bell.EVERYWHERE);
			if (ear.open().getAsBoolean()) {
				closed.await();
			}
		}
		finally {
			places.computeIfPresent(place, (key, listeners) -> {
				listeners.remove(ear.instance(), listener);
				return listeners.isEmpty() ? null : listeners;
			});
		}
	}

}
