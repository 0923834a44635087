package dev.kiwi.test.contract;

import org.junit.jupiter.api.Timeout;

/**
 * All that a transport promises. Its test extends this and says how to connect.
 */
@Timeout(120)
public abstract class TransportContract extends Processes implements TaskContract, RejectionContract, PullContract,
		RpcContract, BroadcastContract, ClosingContract, BadInputContract, ThreadContract, DeathContract, RetryContract,
		DeadLetterContract, ScheduleContract, CancelContract, ReportContract, AtMostOnceContract, ShutdownContract,
		FollowContract, OwnerContract, WatchContract, ViewContract, PauseContract, RequirementsContract {

}
