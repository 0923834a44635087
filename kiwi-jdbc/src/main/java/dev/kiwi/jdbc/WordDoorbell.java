package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import dev.kiwi.transport.WakeUps;
import org.jspecify.annotations.Nullable;

/**
 * Rings over the transport that carries words, after the commit: nobody needs to hold a
 * connection to the database for it. This process hears its own bells without it.
 */
final class WordDoorbell implements Doorbell {

	private final WakeUps wakeUps;

	private volatile @Nullable Listener listener;

	WordDoorbell(WakeUps wakeUps) {
		this.wakeUps = wakeUps;
	}

	@Override
	public void ring(Place place, Collection<Bell> bells) {
		Listener here = this.listener;
		Map<String, List<String>> words = bells.stream()
			.collect(Collectors.groupingBy(Bell::address, Collectors.mapping(Bell::word, Collectors.toList())));
		words.forEach((address, rung) -> {
			boolean own = here != null && address.equals(here.ear().instance());
			if (here != null && (own || address.equals(Bell.EVERYBODY))) {
				rung.forEach(here::hear);
			}
			if (!own) {
				this.wakeUps.ring(address.equals(Bell.EVERYBODY) ? null : address, rung);
			}
		});
	}

	@Override
	public void listen(Place place, Connection connection, Ear ear) throws SQLException, InterruptedException {
		connection.close();
		Listener listening = new Listener(ear, new CountDownLatch(1));
		this.listener = listening;
		this.wakeUps.listen(ear.hearing());
		ear.hearing().accept(Bell.EVERYWHERE);
		if (ear.open().getAsBoolean()) {
			listening.closed().await();
		}
	}

	private record Listener(Ear ear, CountDownLatch closed) {

		void hear(String word) {
			if (word.equals(CLOSE)) {
				this.closed.countDown();
			}
			else {
				this.ear.hearing().accept(word);
			}
		}

	}

}
