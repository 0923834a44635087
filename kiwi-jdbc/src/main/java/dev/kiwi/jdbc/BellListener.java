package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.kiwi.jdbc.Database.Known;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the doorbell, again whenever the connection was lost.
 */
final class BellListener {

	private static final Logger logger = LoggerFactory.getLogger(BellListener.class);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final Database database;

	private final Doorbell.Ear ear;

	private final CountDownLatch closing = new CountDownLatch(1);

	private final Thread thread = new Thread(this::run, "kiwi-jdbc-doorbell");

	BellListener(Database database, Doorbell.Ear ear) {
		this.database = database;
		this.ear = ear;
		this.thread.setDaemon(true);
	}

	/** Whether the current thread is the one that listens. */
	boolean isThisThread() {
		return Thread.currentThread() == this.thread;
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Ends, once it was rung that it shall: also where the database did not take that.
	 */
	void close(Duration patience) {
		this.closing.countDown();
		Known known = this.database.known();
		if (known != null) {
			known.doorbell().ring(known.place(), List.of(new Bell(this.ear.instance(), Doorbell.CLOSE)));
		}
		try {
			this.thread.join(patience.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		try {
			do {
				listen();
			}
			while (!this.closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void listen() throws InterruptedException {
		try (Database.Use use = this.database.useToListen()) {
			Known known = Objects.requireNonNull(this.database.known());
			known.doorbell().listen(known.place(), use.connection(), this.ear);
		}
		catch (SQLException | RuntimeException | Error ex) {
			// that the database is away was told already
			if (this.closing.getCount() > 0 && this.database.isThere()) {
				logger.warn("The doorbell is not heard ({}); listening again soon, what was missed is looked for then",
						ex.toString());
			}
		}
	}

}
