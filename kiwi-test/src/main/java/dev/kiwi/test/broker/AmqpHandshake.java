package dev.kiwi.test.broker;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first two frames of AMQP 0-9-1: enough to know that a broker is ready, and which
 * version it is, without a client library.
 */
final class AmqpHandshake {

	static final int DEFAULT_PORT = 5672;

	private static final byte[] PROTOCOL_HEADER = { 'A', 'M', 'Q', 'P', 0, 0, 9, 1 };

	private static final int METHOD_FRAME = 1;

	/** The table entry "version": a long string, whose length fits into one byte. */
	private static final Pattern VERSION = Pattern.compile("\u0007versionS\0\0\0(.)", Pattern.DOTALL);

	private static final int PROBE_TIMEOUT_MILLIS = 2_000;

	/** A node starts in four seconds on two idle cores; a busy machine gets its time. */
	private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

	private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

	private AmqpHandshake() {
	}

	static String await(Broker broker) {
		return await(broker, () -> true);
	}

	/**
	 * Waits until the broker greets a client.
	 * @param broker the broker
	 * @param alive whether there is still something to wait for
	 * @return the version it gives
	 */
	static String await(Broker broker, BooleanSupplier alive) {
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		while (true) {
			try {
				return version(broker.host(), broker.port());
			}
			catch (IOException ex) {
				String address = broker.host() + ":" + broker.port();
				if (!alive.getAsBoolean()) {
					throw new IllegalStateException("RabbitMQ for " + address + " ended instead of answering", ex);
				}
				if (System.nanoTime() - deadline > 0) {
					throw new IllegalStateException(
							"No RabbitMQ answered on " + address + " within " + START_TIMEOUT.toSeconds() + " s", ex);
				}
			}
			pause();
		}
	}

	private static String version(String host, int port) throws IOException {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(host, port), PROBE_TIMEOUT_MILLIS);
			socket.setSoTimeout(PROBE_TIMEOUT_MILLIS);
			socket.getOutputStream().write(PROTOCOL_HEADER);
			DataInputStream in = new DataInputStream(socket.getInputStream());
			int type = in.readUnsignedByte();
			if (type != METHOD_FRAME) {
				throw new IOException("Not an AMQP 0-9-1 broker: its first byte is " + type);
			}
			in.readUnsignedShort();
			String start = new String(in.readNBytes(in.readInt()), StandardCharsets.ISO_8859_1);
			Matcher version = VERSION.matcher(start);
			if (!version.find()) {
				throw new IOException("The broker does not tell its version");
			}
			return start.substring(version.end(), version.end() + version.group(1).charAt(0));
		}
	}

	private static void pause() {
		try {
			Thread.sleep(POLL_INTERVAL.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for RabbitMQ", ex);
		}
	}

}
