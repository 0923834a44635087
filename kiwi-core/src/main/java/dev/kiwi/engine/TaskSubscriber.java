package dev.kiwi.engine;

import dev.kiwi.TaskHandler;
import dev.kiwi.TypeRef;

/**
 * A handler of a queue with the door that its tasks come through.
 */
record TaskSubscriber<T>(TypeRef<T> payloadType, TaskHandler<T> handler, InFlight inFlight) {

	TaskSubscriber(TypeRef<T> payloadType, TaskHandler<T> handler) {
		this(payloadType, handler, new InFlight());
	}

}
