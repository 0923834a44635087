package dev.kiwi;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a queue is at one moment. Its numbers are read one after the other.
 *
 * @param name the queue
 * @param ready how many tasks wait for a worker, by the server; null where it does not
 * tell
 * @param delayed how many tasks wait for their time or their next attempt, by the server;
 * null where it does not tell
 * @param running how many tasks the workers that answered work on
 * @param consumers how many consumers the server has for it; where it does not tell, how
 * many workers answered that they consume it
 * @param workers how many workers answered that they have handlers for it, the paused
 * ones included
 * @param paused how many of these are paused
 * @param oldest since when the oldest of those that are ready waits, by the server's
 * clock; null where none does, or the server does not tell
 */
public record QueueInfo(String name, @Nullable Long ready, @Nullable Long delayed, int running, int consumers,
		int workers, int paused, @Nullable Instant oldest) {
}
