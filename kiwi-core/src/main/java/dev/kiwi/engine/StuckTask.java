package dev.kiwi.engine;

import java.time.Duration;

/**
 * A running task whose handler has said nothing for longer than its queue allows.
 *
 * @param id the task's id
 * @param queue its queue
 * @param attempt which attempt this is, 1 for the first
 * @param silent for how long the handler has said nothing
 */
public record StuckTask(String id, String queue, int attempt, Duration silent) {

}
