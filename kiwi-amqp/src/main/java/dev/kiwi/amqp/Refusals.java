package dev.kiwi.amqp;

import java.io.IOException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

/**
 * What RabbitMQ says as it closes a channel, and what to set where its user lacks a
 * permission.
 */
final class Refusals {

	private static final String PERMISSIONS = ". kiwi's user needs 'configure' and 'read' on all names that begin with "
			+ "kiwi.namespace and a dot, and 'write' on these and the default exchange: rabbitmqctl set_permissions "
			+ "-p VHOST USER '^kiwi\\..*' '^(kiwi\\..*|amq\\.default)$' '^kiwi\\..*'";

	private Refusals() {
	}

	/**
	 * The same with a message, as amqp-client gives it none.
	 * @param what was asked for
	 */
	static IOException told(String what, IOException ex) {
		return (ex.getMessage() == null && ex.getCause() instanceof ShutdownSignalException signal)
				? new IOException("RabbitMQ refused " + what + ": " + text(signal), signal) : ex;
	}

	/** Why a channel was closed. */
	static String text(Throwable cause) {
		AMQP.Channel.Close close = close(cause);
		return (close != null) ? close.getReplyText() + (isPermission(cause) ? PERMISSIONS : "") : cause.toString();
	}

	/**
	 * Why there is no connection.
	 * @param virtualHost where it was to lead
	 */
	static String connection(Throwable failure, String virtualHost) {
		Throwable cause = failure;
		while (cause.getCause() != null && !(cause instanceof ShutdownSignalException)) {
			cause = cause.getCause();
		}
		if (!(cause instanceof ShutdownSignalException signal
				&& signal.getReason() instanceof AMQP.Connection.Close close)) {
			return failure.toString();
		}
		return switch (close.getReplyCode()) {
			case AMQP.NOT_ALLOWED -> "RabbitMQ does not let it into the virtual host '" + virtualHost + "': "
					+ close.getReplyText()
					+ (virtualHost.isEmpty()
							? ". An address that ends with a slash names the virtual host without a "
									+ "name: remove the slash, which leads to '/', or write the virtual host behind it"
							: "");
			case AMQP.INTERNAL_ERROR ->
				"RabbitMQ ended it with an internal error (541), of which its own log says more. Where that is "
						+ "stream_not_found, delete the stream that it names: rabbitmqctl delete_queue -p '"
						+ virtualHost + "' NAME; kiwi declares it anew";
			default -> failure.toString();
		};
	}

	/** Whether trying again is of no use before somebody has granted something. */
	static boolean lacksPermission(Throwable failure) {
		return failure instanceof IOException && isPermission(failure.getCause());
	}

	/** Whether the broker has ended a connection or channel, and not the network. */
	static boolean isBrokersOwn(Throwable failure) {
		Throwable cause = (failure instanceof IOException) ? failure.getCause() : failure;
		return cause instanceof ShutdownSignalException signal && signal.getReason() != null
				&& !signal.isInitiatedByApplication();
	}

	/** Whether there is nothing of that name. */
	static boolean isAbsent(IOException ex) {
		return code(ex) == AMQP.NOT_FOUND;
	}

	/** Whether a consumer was refused because another one has the queue to itself. */
	static boolean isHeldExclusively(IOException ex) {
		return code(ex) == AMQP.ACCESS_REFUSED && words(ex).contains("exclusive");
	}

	/**
	 * Whether a consumer was refused for saying how long it may hold a message: classic
	 * queues of RabbitMQ 4.3 do, which have no such bound.
	 */
	static boolean isTimeoutRefused(IOException ex) {
		return code(ex) == AMQP.PRECONDITION_FAILED && words(ex).contains(Declarations.CONSUMER_TIMEOUT);
	}

	/** AMQP's reply code, 0 where the broker closed no channel. */
	static int code(IOException ex) {
		AMQP.Channel.Close close = close(ex.getCause());
		return (close != null) ? close.getReplyCode() : 0;
	}

	/** What the broker said as it closed the channel. */
	static String words(IOException ex) {
		AMQP.Channel.Close close = close(ex.getCause());
		return (close != null) ? close.getReplyText() : String.valueOf(ex.getMessage());
	}

	/** The same code says that somebody else has a queue exclusively. */
	private static boolean isPermission(@Nullable Throwable cause) {
		AMQP.Channel.Close close = close(cause);
		return close != null && close.getReplyText().startsWith("ACCESS_REFUSED")
				&& close.getReplyText().contains("access to");
	}

	private static AMQP.Channel.@Nullable Close close(@Nullable Throwable cause) {
		return (cause instanceof ShutdownSignalException signal
				&& signal.getReason() instanceof AMQP.Channel.Close close) ? close : null;
	}

}
