package dev.kiwi.transport;

/**
 * The capability to move a task, such as out of its delay, without ever making a second
 * copy of it, whatever dies meanwhile. A delay in a queue whose tasks run at most once
 * needs it.
 */
public interface SingleCopy {

}
