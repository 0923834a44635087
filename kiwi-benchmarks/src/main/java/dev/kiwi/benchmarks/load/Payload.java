package dev.kiwi.benchmarks.load;

import java.nio.charset.StandardCharsets;

/**
 * What is sent: an object whose JSON has 1 KiB.
 *
 * @param text fills it up
 */
public record Payload(String text) {

	/** The object. */
	public static final Payload OBJECT = new Payload("x".repeat(1024 - "{'text':''}".length()));

	/** Its JSON. */
	public static final byte[] JSON = ("{\"text\":\"" + OBJECT.text() + "\"}").getBytes(StandardCharsets.UTF_8);

	/** What is answered. */
	public static final Integer ANSWER = 42;

}
