package dev.kiwi.jdbc;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

import javax.net.SocketFactory;

import org.jspecify.annotations.Nullable;

/**
 * Wakes workers a millisecond sooner: named in PostgreSQL's URL,
 * {@code ?socketFactory=dev.kiwi.jdbc.PromptSocketFactory}. After each notification the
 * driver waits for another one, as shortly as a socket can be told to, which is 1 ms; the
 * sockets of this factory look whether there is one, and do not wait. All else is as with
 * any other socket. Thread-safe.
 */
public final class PromptSocketFactory extends SocketFactory {

	/** What the driver waits when it only means to look. */
	private static final int LOOK_MILLIS = 1;

	@Override
	public Socket createSocket() {
		return new PromptSocket();
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return connected(null, new InetSocketAddress(host, port));
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
		return connected(new InetSocketAddress(localHost, localPort), new InetSocketAddress(host, port));
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return connected(null, new InetSocketAddress(host, port));
	}

	@Override
	public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
		return connected(new InetSocketAddress(localHost, localPort), new InetSocketAddress(host, port));
	}

	private static Socket connected(@Nullable InetSocketAddress from, InetSocketAddress to) throws IOException {
		Socket socket = new PromptSocket();
		try {
			socket.bind(from);
			socket.connect(to);
			return socket;
		}
		catch (IOException ex) {
			socket.close();
			throw ex;
		}
	}

	/** As quick as an answer has to be that comes after each notification. */
	private static final class NothingThereException extends SocketTimeoutException {

		NothingThereException() {
			super("Nothing is there");
		}

		@Override
		public synchronized Throwable fillInStackTrace() {
			return this;
		}

	}

	private static final class PromptSocket extends Socket {

		private volatile boolean looking;

		@Override
		public void setSoTimeout(int timeout) throws SocketException {
			super.setSoTimeout(timeout);
			this.looking = timeout == LOOK_MILLIS;
		}

		@Override
		public InputStream getInputStream() throws IOException {
			return new FilterInputStream(super.getInputStream()) {

				@Override
				public int read() throws IOException {
					look();
					return super.read();
				}

				@Override
				public int read(byte[] buffer, int offset, int length) throws IOException {
					look();
					return super.read(buffer, offset, length);
				}

				private void look() throws IOException {
					if (PromptSocket.this.looking && available() == 0) {
						throw new NothingThereException();
					}
				}

			};
		}

	}

}
