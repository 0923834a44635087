package dev.kiwi.amqp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.kiwi.KiwiException;
import org.jspecify.annotations.Nullable;

/**
 * A queue exists with other arguments than kiwi declares it with. RabbitMQ never changes
 * a queue's arguments, so somebody has to decide.
 */
public class QueueMismatchException extends KiwiException {

	private static final Pattern BROKERS_WORDS = Pattern.compile(
			"inequivalent arg '([^']*)' for (?:queue|exchange) "
					+ "'[^']*' in vhost '[^']*': received (.*?) but current is (.*?)(?:, class-id=.*)?$",
			Pattern.DOTALL);

	private final String queue;

	private final @Nullable String argument;

	private final @Nullable String expected;

	private final @Nullable String found;

	QueueMismatchException(String queue, String brokersWords, @Nullable Throwable cause) {
		this(queue, brokersWords, BROKERS_WORDS.matcher(brokersWords), cause);
	}

	private QueueMismatchException(String queue, String brokersWords, Matcher words, @Nullable Throwable cause) {
		this(queue, brokersWords, words.find() ? new String[] { words.group(1), words.group(2), words.group(3) } : null,
				cause);
	}

	private QueueMismatchException(String queue, String brokersWords, String @Nullable [] parts,
			@Nullable Throwable cause) {
		super(message(queue, brokersWords, parts), cause);
		this.queue = queue;
		this.argument = (parts != null) ? parts[0] : null;
		this.expected = (parts != null) ? value(parts[1]) : null;
		this.found = (parts != null) ? value(parts[2]) : null;
	}

	/**
	 * The queue.
	 * @return its name on the broker
	 */
	public String queue() {
		return this.queue;
	}

	/**
	 * The argument that differs.
	 * @return its name, or null where the broker did not say
	 */
	public @Nullable String argument() {
		return this.argument;
	}

	/**
	 * What kiwi declares.
	 * @return the value, or null where the broker did not say
	 */
	public @Nullable String expected() {
		return this.expected;
	}

	/**
	 * What the queue has.
	 * @return the value, or null where the broker did not say
	 */
	public @Nullable String found() {
		return this.found;
	}

	private static String message(String queue, String brokersWords, String @Nullable [] parts) {
		String difference = (parts != null)
				? "kiwi expects '" + parts[0] + "' to be " + value(parts[1]) + " and found " + value(parts[2])
				: "the broker says: " + brokersWords;
		String type = (parts != null && "x-queue-type".equals(parts[0]))
				? "set kiwi.amqp.queue-type to the type that it has, or " : "";
		return "The queue '" + queue + "' exists with other arguments: " + difference
				+ ". A queue's arguments cannot be changed: " + type
				+ "set kiwi.amqp.adopt-existing-queues=true to use it as it is, or delete it once it is empty, "
				+ "or choose another kiwi.namespace";
	}

	private static String value(String text) {
		Matcher quoted = Pattern.compile("the value '(.*)' of type '.*'", Pattern.DOTALL).matcher(text);
		return quoted.matches() ? quoted.group(1) : text;
	}

}
