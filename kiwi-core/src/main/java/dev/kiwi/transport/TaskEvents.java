package dev.kiwi.transport;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.kiwi.Subscription;

/**
 * The capability to keep what happens to tasks in a log beside them, for a while: of a
 * transport that passes tasks on and cannot tell where they are. One that has
 * {@link TaskStates} needs none.
 */
public interface TaskEvents {

	/**
	 * How long events are kept, unless they take more room than they may.
	 * @return the time after which an event is of no use any more
	 */
	Duration timeToLive();

	/**
	 * Writes an event. Returns at once, and holds up nothing else that is sent.
	 * @param event the event, some hundred bytes
	 * @return completes when it is durable; fails, in bounded time, with a
	 * {@link dev.kiwi.KiwiException} where it may not be. It may then, or after a lost
	 * connection, be there all the same, or twice
	 */
	CompletableFuture<Void> append(byte[] event);

	/**
	 * Reads what is kept, and then what is written from now on, in the one order that
	 * everybody reads it in, also over lost connections.
	 * @param since what was written before is not wanted, and may come all the same
	 * @param listener takes one event after the other, without throwing
	 * @return the subscription, to be closed
	 */
	Subscription follow(Instant since, Consumer<byte[]> listener);

}
