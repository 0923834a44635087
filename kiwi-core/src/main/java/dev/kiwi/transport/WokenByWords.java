package dev.kiwi.transport;

/**
 * A transport of tasks that needs no bell of its own where another one carries words.
 */
public interface WokenByWords {

	/**
	 * Says how to wake others. Called before the start, or never.
	 * @param wakeUps rings over the other transport
	 */
	void wakeBy(WakeUps wakeUps);

}
