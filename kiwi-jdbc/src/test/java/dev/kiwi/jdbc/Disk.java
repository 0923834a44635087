package dev.kiwi.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A database whose disk can be made to take its time: {@code CHECKPOINT SYNC} waits while
 * it is slow.
 */
final class Disk extends DelegatingDataSource {

	private static final int MANY = 1_000_000;

	private final Semaphore permits = new Semaphore(MANY);

	private final AtomicInteger begun = new AtomicInteger();

	Disk(DataSource target) {
		super(target);
	}

	void slow() {
		this.permits.drainPermits();
	}

	void fast() {
		this.permits.release(MANY);
	}

	/** How often it was to be forced since it was asked last. */
	int forced() {
		return this.begun.getAndSet(0);
	}

	boolean isAwaited() {
		return this.permits.hasQueuedThreads();
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("prepareStatement") && arguments[0].equals("CHECKPOINT SYNC")) {
						this.begun.incrementAndGet();
						this.permits.acquire();
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

}
