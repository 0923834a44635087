package dev.kiwi.test.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on the loopback interface that nobody listens on. They lie below the range from
 * which the system serves outgoing connections (32768 and up on Linux): while a broker is
 * down, its port must not go to somebody else, nor may a client that keeps reconnecting
 * reach itself there, as TCP allows.
 */
public final class FreePorts {

	private static final int LOWEST = 12_000;

	private static final int BEYOND_HIGHEST = 32_000;

	private static final int ATTEMPTS = 1_000;

	private static final Set<Integer> GIVEN_OUT = ConcurrentHashMap.newKeySet();

	private FreePorts() {
	}

	/**
	 * A port that was not given out before.
	 * @return the port
	 */
	public static int next() {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND_HIGHEST);
			if (isFree(port) && GIVEN_OUT.add(port)) {
				return port;
			}
		}
		throw new IllegalStateException("No free port between " + LOWEST + " and " + BEYOND_HIGHEST);
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
