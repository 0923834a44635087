package dev.kiwi.boot.listener;

import java.util.List;
import java.util.concurrent.CompletionStage;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An annotated method with what it is to be subscribed to.
 */
sealed interface ListenerEndpoint {

	/**
	 * The method.
	 * @return the method
	 */
	HandlerMethod handler();

	/**
	 * The annotation that made it.
	 * @return its simple name
	 */
	String annotation();

	/**
	 * Subscribes the method.
	 * @param communicator where to
	 * @return the subscription
	 */
	Subscription subscribe(KiwiCommunicator communicator);

	/**
	 * A worker.
	 *
	 * @param queue the queue
	 * @param handler the method
	 * @param around what is put around it
	 */
	record ForTasks(String queue, HandlerMethod handler, WorkerAdvice.Around around) implements ListenerEndpoint {

		@Override
		public String annotation() {
			return "KiwiTask";
		}

		@Override
		public Subscription subscribe(KiwiCommunicator communicator) {
			return communicator.addTaskSubscriber(this.queue, this.handler.payloadType(), (payload,
					context) -> this.around.call(context, () -> this.handler.invoke(payload, context, communicator)));
		}

	}

	/**
	 * A callee.
	 *
	 * @param endpoint what it serves
	 * @param handler the method
	 */
	record ForCalls(RpcEndpoint endpoint, HandlerMethod handler) implements ListenerEndpoint {

		@Override
		public String annotation() {
			return "KiwiRpc";
		}

		@Override
		public Subscription subscribe(KiwiCommunicator communicator) {
			return communicator.addRpcSubscriber(this.endpoint, this.handler.payloadType(),
					(message, context) -> this.handler.invoke(message, context, communicator));
		}

	}

	/**
	 * A listener.
	 *
	 * @param subjects patterns for the subject
	 * @param senders patterns for the sender
	 * @param handler the method
	 */
	record ForBroadcasts(List<String> subjects, List<String> senders,
			HandlerMethod handler) implements ListenerEndpoint {

		private static final Logger logger = LoggerFactory.getLogger(ForBroadcasts.class);

		@Override
		public String annotation() {
			return "KiwiBroadcast";
		}

		@Override
		public Subscription subscribe(KiwiCommunicator communicator) {
			BroadcastFilter filter = BroadcastFilter.subject(this.subjects.toArray(String[]::new))
				.sender(this.senders.toArray(String[]::new));
			return communicator.addBroadcastSubscriber(filter, this.handler.payloadType(), (body, context) -> {
				if (this.handler.invoke(body, context, communicator) instanceof CompletionStage<?> stage) {
					// Nobody waits for it, so nobody else would say that it failed.
					stage.whenComplete((result, failure) -> {
						if (failure != null) {
							logger.warn("{} failed on broadcast {}", this.handler, context.id(), failure);
						}
					});
				}
			});
		}

	}

}
