package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.engine.AdminSettings;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.TransportListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * All that a transport promises. Its test extends this and says how to connect.
 */
@Timeout(120)
public abstract class TransportContract implements TaskContract, RejectionContract, PullContract, RpcContract,
		BroadcastContract, ClosingContract, BadInputContract, ThreadContract, DeathContract, RetryContract,
		DeadLetterContract, ScheduleContract, CancelContract, ReportContract, AtMostOnceContract, ShutdownContract,
		FollowContract, OwnerContract, WatchContract, ViewContract, PauseContract, RequirementsContract {

	private final Map<KiwiCommunicator, Transport> processes = new ConcurrentHashMap<>();

	private final List<Transport> raw = new ArrayList<>();

	/**
	 * Another process's way to the same server, with names that no other test uses.
	 * @return a transport that is not started
	 */
	protected abstract Transport connect();

	@Override
	public KiwiCommunicator process(UnaryOperator<EngineSettings> settings) {
		Transport transport = connect();
		KiwiCommunicator communicator = KiwiCommunicatorBuilder.with(transport)
			.administration(AdminSettings.defaults().withAnswerTimeout(Duration.ofMillis(400)))
			.settings(settings.apply(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2))))
			.build();
		this.processes.put(communicator, transport);
		return communicator;
	}

	@Override
	public void kill(KiwiCommunicator process) {
		Objects.requireNonNull(this.processes.get(process)).close();
	}

	@Override
	public Transport raw(List<Reply> replies) {
		Transport transport = connect();
		transport.start(RAW, new Collecting(replies));
		this.raw.add(transport);
		return transport;
	}

	@AfterEach
	void closeAll() {
		this.processes.keySet().parallelStream().forEach(KiwiCommunicator::close);
		this.raw.forEach(Transport::close);
	}

	private record Collecting(List<Reply> replies) implements TransportListener {

		@Override
		public void taskReply(Reply reply) {
			this.replies.add(reply);
		}

		@Override
		public void rpcReply(Reply reply) {
			this.replies.add(reply);
		}

		@Override
		public void rpcUnroutable(String id) {
		}

		@Override
		public void connectionLost(Throwable cause) {
		}

		@Override
		public void connectionRecovered() {
		}

	}

}
