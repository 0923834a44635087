package dev.kiwi.transport;

/**
 * The capability to number the owners of a task, so that others than the transport can
 * refuse what comes from a former one.
 */
public interface FencingTokens {

	/**
	 * Which owner of its task a delivery was given to.
	 * @param delivery one of this transport's
	 * @return greater than that of every earlier delivery of the task
	 */
	long fencingToken(TaskDelivery delivery);

}
