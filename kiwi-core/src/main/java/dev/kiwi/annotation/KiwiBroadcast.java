package dev.kiwi.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a bean method hear broadcasts.
 * <p>
 * The one parameter that is no context is the body; its declared type drives decoding.
 * {@code BroadcastContext} and {@code KiwiCommunicator} may stand beside it in any order.
 * A pattern is a glob, in which {@code *} matches any run of characters, dots included,
 * or after {@code regex:} a regular expression; both match the whole text. Patterns of
 * one attribute are or-ed, the two attributes are and-ed; a broadcast without subject or
 * sender does not pass a filter on it. Placeholders are resolved.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface KiwiBroadcast {

	/**
	 * Patterns for the subject.
	 * @return the patterns, empty for every subject
	 */
	String[] filter() default {};

	/**
	 * Patterns for the sender.
	 * @return the patterns, empty for every sender
	 */
	String[] sender() default {};

}
