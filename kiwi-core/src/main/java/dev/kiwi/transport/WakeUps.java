package dev.kiwi.transport;

import java.util.Collection;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Lets the processes that share a store wake each other over words. What is rung may be
 * lost, or come in vain: it only makes fast what is looked for now and then all the same.
 */
public interface WakeUps {

	/**
	 * Said where something was missed: there may be something anywhere.
	 */
	String ANYWHERE = "*";

	/**
	 * Wakes others. Returns at once, and never fails.
	 * @param instance who is to wake, or null for all but this process
	 * @param words say where to look; none has a line break
	 */
	void ring(@Nullable String instance, Collection<String> words);

	/**
	 * Hears what others ring, and {@link #ANYWHERE} whenever something was missed.
	 * @param hearing takes each word, without blocking or throwing
	 */
	void listen(Consumer<String> hearing);

}
