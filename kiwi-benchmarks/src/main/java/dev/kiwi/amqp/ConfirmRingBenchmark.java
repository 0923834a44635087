package dev.kiwi.amqp;

import java.util.List;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A window of messages goes into the ring, and one confirm takes them out.
 */
@State(Scope.Thread)
public class ConfirmRingBenchmark {

	private static final int WINDOW = 1000;

	private final Outgoing message = new Outgoing(Publication.TASK, "", "queue",
			new WireMessage(new BasicProperties(), new byte[0]), null, Long.MAX_VALUE);

	private final ConfirmRing ring = new ConfirmRing();

	private long sequence;

	@Benchmark
	@OperationsPerInvocation(WINDOW)
	public List<?> addAndConfirm() {
		for (int message = 0; message < WINDOW; message++) {
			this.ring.add(++this.sequence, this.message);
		}
		return this.ring.take(this.sequence, true);
	}

}
