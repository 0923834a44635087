package dev.kiwi.engine;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;

import dev.kiwi.InvalidIdentifierException;
import dev.kiwi.transport.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What names may look like, so that each transport can carry them and no wildcard of a
 * broker slips in.
 */
final class Identifiers {

	private static final int LENGTH = 200;

	private static final BitSet ALLOWED = new BitSet();

	static {
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@+~=$-".chars().forEach(ALLOWED::set);
	}

	/** AMQP carries routing keys of at most 255 bytes. */
	private static final int SUBJECT_BYTES = 255;

	/** What fits into one AMQP frame (128 KiB by default) beside kiwi's own headers. */
	private static final int HEADER_BYTES = 32 * 1024;

	/** With those of kiwi's own, and room for the reason why a task is kept aside. */
	static final int RECEIVED_HEADER_BYTES = 64 * 1024;

	private Identifiers() {
	}

	static String queue(String name) {
		return valid("queue name", name);
	}

	static String task(String id) {
		return valid("task id", id);
	}

	static String key(String key) {
		return valid("key of a task", key);
	}

	static String rpc(String identifier) {
		return valid("RPC identifier", identifier);
	}

	static void subject(@Nullable String subject) {
		bounded("subject", subject);
		if (subject != null && subject.startsWith(Control.SUBJECT)) {
			throw new InvalidIdentifierException("The subject " + shown(subject) + " is not allowed: what starts with '"
					+ Control.SUBJECT + "' is kiwi's own");
		}
	}

	static void sender(@Nullable String sender) {
		bounded("sender", sender);
	}

	static void headers(Map<String, String> headers) {
		for (String name : headers.keySet()) {
			if (name.isEmpty() || name.startsWith(Headers.PREFIX) || bytes(name) > SUBJECT_BYTES) {
				throw new InvalidIdentifierException(
						"The header " + shown(name) + " is not allowed: a header's name has 1 to " + SUBJECT_BYTES
								+ " bytes and does not start with '" + Headers.PREFIX + "', which is kiwi's own");
			}
		}
		int bytes = bytes(headers);
		if (bytes > HEADER_BYTES) {
			throw new InvalidIdentifierException("The headers " + headers.keySet() + " have " + bytes
					+ " bytes together: at most " + HEADER_BYTES + " are allowed; put what is long into the payload");
		}
	}

	/** Whether a message has more than a sender of kiwi's may give it. */
	static boolean isOverloaded(Map<String, String> received) {
		int characters = 0;
		for (Map.Entry<String, String> header : received.entrySet()) {
			characters += header.getKey().length() + header.getValue().length();
		}
		// a character takes up to three bytes, and most messages have few of them
		return characters > RECEIVED_HEADER_BYTES / 3 && bytes(received) > RECEIVED_HEADER_BYTES;
	}

	private static String valid(String what, String name) {
		if (!isValid(name)) {
			throw new InvalidIdentifierException("The " + what + " " + shown(name) + " (" + name.length()
					+ " characters) is not allowed: use 1 to 200 of the characters A-Z a-z 0-9 . _ : / @ + ~ = $ -");
		}
		return name;
	}

	private static boolean isValid(String name) {
		for (int index = 0; index < name.length(); index++) {
			if (!ALLOWED.get(name.charAt(index))) {
				return false;
			}
		}
		return !name.isEmpty() && name.length() <= LENGTH;
	}

	private static void bounded(String what, @Nullable String text) {
		if (text == null) {
			return;
		}
		int bytes = bytes(text);
		if (bytes > SUBJECT_BYTES) {
			throw new InvalidIdentifierException("The " + what + " " + shown(text) + " has " + bytes
					+ " bytes of UTF-8: at most " + SUBJECT_BYTES + " are allowed; put what is long into the body");
		}
	}

	private static int bytes(Map<String, String> headers) {
		int bytes = 0;
		for (Map.Entry<String, String> header : headers.entrySet()) {
			bytes += bytes(header.getKey()) + bytes(header.getValue());
		}
		return bytes;
	}

	private static int bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

	/** Control characters in a name must not reach a log raw. */
	private static String shown(String name) {
		String start = (name.length() > 60) ? name.substring(0, 60) + "…" : name;
		return "'" + start.replaceAll("\\p{Cntrl}", "\u2423") + "'";
	}

}
