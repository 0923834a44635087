package dev.kiwi.benchmarks.process;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.load.Waiting;
import dev.kiwi.sample.SampleApplication;
import org.awaitility.Awaitility;

/**
 * The searches per second of the sample's sweep, with some worker JVMs of one handler
 * each.
 *
 * @param broker where they meet
 * @param workers how many there are
 */
record Sweep(URI broker, int workers) implements Contender {

	private static final String SEEDS = "1,2,3,4,5,6,7,8";

	@Override
	public double measure(Duration length) throws Exception {
		String namespace = "sweep" + this.workers;
		List<Jvm> jvms = new ArrayList<>();
		try {
			for (int worker = 0; worker < this.workers; worker++) {
				jvms.add(sample(namespace, "worker", "--kiwi.tasks.concurrency=1"));
			}
			awaitConsumers(namespace + ".task.cluster-search");
			Jvm client = sample(namespace, "client", "--once", "--sweep.from=11", "--sweep.to=13",
					"--sweep.seeds=" + SEEDS);
			jvms.add(client);
			String line = client.line(" searches sent");
			long begun = System.nanoTime();
			client.line("energy");
			client.awaitEnd();
			return Integer.parseInt(line.substring(0, line.indexOf(' '))) * 1e9 / (System.nanoTime() - begun);
		}
		finally {
			for (Jvm jvm : jvms) {
				jvm.close();
			}
		}
	}

	private Jvm sample(String namespace, String profile, String... arguments) throws Exception {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--spring.profiles.active=" + profile, "--spring.rabbitmq.addresses=" + this.broker,
				"--kiwi.namespace=" + namespace, "--logging.level.root=error", "--logging.level.dev.kiwi=error"));
		return Jvm.start(SampleApplication.class, all.toArray(String[]::new));
	}

	private void awaitConsumers(String queue) throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setUri(this.broker);
		try (Connection connection = factory.newConnection()) {
			Awaitility.await("workers").atMost(Waiting.SECONDS, TimeUnit.SECONDS).ignoreExceptions().until(() -> {
				try (Channel channel = connection.createChannel()) {
					return channel.consumerCount(queue) >= this.workers;
				}
			});
		}
	}

}
