package dev.kiwi.test.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A network between a client and a {@link Broker}, or another server, that can be broken:
 * a TCP proxy on a port of the loopback interface. Thread-safe. Carries up to
 * {@value #MAX_CONNECTIONS} connections at a time and resets what comes beyond them.
 */
public final class FaultyProxy implements AutoCloseable {

	private static final int MAX_CONNECTIONS = 64;

	private static final int BUFFER_SIZE = 16 * 1024;

	private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

	private final URI server;

	private final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next());

	private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, 2 * MAX_CONNECTIONS + 2, 1, TimeUnit.SECONDS,
			new SynchronousQueue<>(), this::thread);

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private boolean swallowing;

	private @Nullable ServerSocket listener;

	private CompletableFuture<?> accepting = CompletableFuture.completedFuture(true);

	private FaultyProxy(URI server) {
		this.server = server;
		refuse(false);
	}

	/**
	 * Opens a proxy.
	 * @param broker where it leads to
	 * @return a proxy, to be closed by the caller
	 */
	public static FaultyProxy to(Broker broker) {
		return to(broker.uri());
	}

	/**
	 * Opens a proxy to anything that speaks TCP, such as a database.
	 * @param server where it leads to; without a port, RabbitMQ's
	 * @return a proxy, to be closed by the caller
	 */
	public static FaultyProxy to(URI server) {
		return new FaultyProxy(server);
	}

	public String host() {
		return this.address.getAddress().getHostAddress();
	}

	public int port() {
		return this.address.getPort();
	}

	/**
	 * The way to the server through this proxy.
	 * @return the server's URI with the proxy's host and port
	 */
	public URI uri() {
		URI uri = this.server;
		String userInfo = (uri.getRawUserInfo() != null) ? uri.getRawUserInfo() + "@" : "";
		String path = (uri.getRawPath() != null) ? uri.getRawPath() : "";
		return URI.create(uri.getScheme() + "://" + userInfo + host() + ":" + port() + path);
	}

	/**
	 * Resets all connections, on both sides. New ones are possible.
	 */
	public void cut() {
		this.links.forEach(Link::reset);
	}

	/**
	 * Loses all that is sent from now on, in both directions, without a sign of it: the
	 * connections are half-open. New ones can be made and remain mute.
	 */
	public synchronized void swallow() {
		this.swallowing = true;
	}

	/**
	 * Forwards again. A connection of which something was lost cannot be made whole, and
	 * is reset now; one that was idle goes on.
	 */
	public synchronized void resume() {
		this.swallowing = false;
		this.links.stream().filter((link) -> link.damaged).forEach(Link::reset);
	}

	/**
	 * Refuses new connections, or accepts them again. Does nothing to those that exist.
	 * @param on whether to refuse
	 */
	public synchronized void refuse(boolean on) {
		try {
			if (on && this.listener != null) {
				this.listener.close();
				this.listener = null;
				// A thread that still accepts keeps the closed socket listening.
				this.accepting.join();
			}
			else if (!on && this.listener == null) {
				ServerSocket opened = new ServerSocket();
				opened.setReuseAddress(true);
				opened.bind(this.address);
				this.listener = opened;
				this.accepting = CompletableFuture.runAsync(() -> accept(opened), this.threads);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Refuses new connections for good and resets those that exist.
	 */
	@Override
	public void close() {
		refuse(true);
		this.threads.shutdown();
		cut();
	}

	private int serverPort() {
		return (this.server.getPort() != -1) ? this.server.getPort() : AmqpHandshake.DEFAULT_PORT;
	}

	private Thread thread(Runnable task) {
		Thread thread = new Thread(task, "kiwi-proxy-" + port());
		thread.setDaemon(true);
		return thread;
	}

	private void accept(ServerSocket opened) {
		while (!opened.isClosed()) {
			try {
				Link link = new Link(opened.accept());
				if (opened.isClosed()) {
					link.reset();
					return;
				}
				this.links.add(link);
				try {
					this.threads.execute(link::open);
				}
				catch (RejectedExecutionException ex) {
					link.reset();
				}
			}
			catch (IOException ex) {
				// Closed by refuse(true), or the client has gone already.
			}
		}
	}

	/**
	 * Whether to pass on what came over a link; what is not passed on damages it.
	 */
	private synchronized boolean passes(Link link) {
		link.damaged |= this.swallowing;
		return !link.damaged;
	}

	/**
	 * One connection of a client and its continuation to the broker.
	 */
	private final class Link {

		private final Socket client;

		private final Socket upstream = new Socket();

		private final AtomicInteger directions = new AtomicInteger(2);

		private volatile boolean damaged;

		private Link(Socket client) {
			this.client = client;
		}

		private void open() {
			try {
				this.client.setTcpNoDelay(true);
				this.upstream.setTcpNoDelay(true);
				this.upstream.connect(new InetSocketAddress(FaultyProxy.this.server.getHost(), serverPort()),
						CONNECT_TIMEOUT_MILLIS);
				FaultyProxy.this.threads.execute(() -> pump(this.upstream, this.client));
			}
			catch (IOException | RejectedExecutionException ex) {
				reset();
				return;
			}
			pump(this.client, this.upstream);
		}

		private void pump(Socket from, Socket to) {
			byte[] buffer = new byte[BUFFER_SIZE];
			try {
				InputStream in = from.getInputStream();
				int length = in.read(buffer);
				while (length != -1) {
					if (passes(this)) {
						to.getOutputStream().write(buffer, 0, length);
					}
					length = in.read(buffer);
				}
				if (passes(this)) {
					to.shutdownOutput();
				}
			}
			catch (IOException ex) {
				if (passes(this)) {
					reset();
				}
			}
			if (this.directions.decrementAndGet() == 0 && !this.damaged) {
				FaultyProxy.this.links.remove(this);
				close(this.client, false);
				close(this.upstream, false);
			}
		}

		private void reset() {
			FaultyProxy.this.links.remove(this);
			close(this.client, true);
			close(this.upstream, true);
		}

		private void close(Socket socket, boolean abruptly) {
			try {
				if (abruptly) {
					socket.setSoLinger(true, 0);
				}
				socket.close();
			}
			catch (IOException ex) {
				// Closed already, which is all that is wanted.
			}
		}

	}

}
