package dev.kiwi.jdbc;

import java.sql.Connection;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Rings within this process, which is the only one that a database in a file has.
 */
final class LocalDoorbell implements Doorbell {

	private static final Map<Place, Map<String, BlockingQueue<String>>> places = new ConcurrentHashMap<>();

	@Override
	public void ring(Place place, Collection<Bell> bells) {
		Map<String, BlockingQueue<String>> listeners = places.getOrDefault(place, Map.of());
		for (Bell bell : bells) {
			if (bell.address().equals(Bell.EVERYBODY)) {
				listeners.values().forEach((words) -> words.add(bell.word()));
			}
			else {
				BlockingQueue<String> words = listeners.get(bell.address());
				if (words != null) {
					words.add(bell.word());
				}
			}
		}
	}

	@Override
	public void listen(Place place, String instance, Connection connection, Consumer<String> hearing)
			throws InterruptedException {
		BlockingQueue<String> words = new LinkedBlockingQueue<>();
		places.computeIfAbsent(place, (key) -> new ConcurrentHashMap<>()).put(instance, words);
		try {
			hearing.accept(Bell.EVERYWHERE);
			for (String word = words.take(); !word.equals(CLOSE); word = words.take()) {
				hearing.accept(word);
			}
		}
		finally {
			places.computeIfPresent(place, (key, listeners) -> {
				listeners.remove(instance, words);
				return listeners.isEmpty() ? null : listeners;
			});
		}
	}

}
