package dev.kiwi.transport;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A message as transports see it: headers and bytes. The bytes belong to the envelope and
 * are changed by nobody.
 *
 * @param id the message's id, kept through every attempt; replies name it
 * @param replyTo the {@linkplain Transport#start instance} that replies go to, or null
 * when nobody waits
 * @param contentType how the body is written, or null when that is not known
 * @param headers the user's headers and kiwi's own, which start with
 * {@link Headers#PREFIX}
 * @param body the payload as written by the codec
 */
public record Envelope(String id, @Nullable String replyTo, @Nullable String contentType, Map<String, String> headers,
		byte[] body) {

	/**
	 * This envelope with one header set.
	 * @param name the header's name
	 * @param value its value
	 * @return the envelope
	 */
	public Envelope withHeader(String name, String value) {
		Map<String, String> changed = new TreeMap<>(this.headers);
		changed.put(name, value);
		return withHeaders(changed);
	}

	/**
	 * This envelope with other headers.
	 * @param headers all of its headers
	 * @return the envelope
	 */
	public Envelope withHeaders(Map<String, String> headers) {
		return new Envelope(this.id, this.replyTo, this.contentType, headers, this.body);
	}

	/**
	 * A header that counts.
	 * @param name the header's name
	 * @param absent the value where it is absent or no number
	 * @return the count
	 */
	public int count(String name, int absent) {
		String value = this.headers.get(name);
		try {
			return (value != null) ? Integer.parseInt(value) : absent;
		}
		catch (NumberFormatException ex) {
			return absent;
		}
	}

}
