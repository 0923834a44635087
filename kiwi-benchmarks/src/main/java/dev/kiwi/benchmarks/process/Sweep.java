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
 * each, which stay; each round begins with a new client, and counts from its first search
 * to its table.
 *
 * @param broker where they meet
 * @param namespace keeps them from the others
 * @param workers who works
 */
record Sweep(URI broker, String namespace, List<Jvm> workers) implements Contender {

	private static final String SEEDS = "1,2,3,4,5,6,7,8";

	static Contender open(URI broker, int workers) throws Exception {
		Sweep sweep = new Sweep(broker, "sweep" + workers, new ArrayList<>());
		for (int worker = 0; worker < workers; worker++) {
			sweep.workers.add(sweep.sample("worker", "--kiwi.tasks.concurrency=1"));
		}
		sweep.awaitConsumers();
		return sweep;
	}

	@Override
	public double measure(Duration length) throws Exception {
		try (Jvm client = sample("client", "--once", "--sweep.from=11", "--sweep.to=13", "--sweep.seeds=" + SEEDS)) {
			String line = client.line(" searches, ");
			long begun = System.nanoTime();
			client.line("published");
			double seconds = (System.nanoTime() - begun) / 1e9;
			client.awaitEnd();
			return Integer.parseInt(line.substring(0, line.indexOf(' '))) / seconds;
		}
	}

	@Override
	public void close() throws Exception {
		for (Jvm worker : this.workers) {
			worker.close();
		}
	}

	private Jvm sample(String profile, String... arguments) throws Exception {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--spring.profiles.active=" + profile + ",rabbitmq",
				"--spring.datasource.url=jdbc:h2:mem:sweep", "--spring.rabbitmq.addresses=" + this.broker,
				"--kiwi.namespace=" + this.namespace, "--logging.level.root=error", "--logging.level.dev.kiwi=error"));
		return Jvm.start(SampleApplication.class, all.toArray(String[]::new));
	}

	private void awaitConsumers() throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setUri(this.broker);
		try (Connection connection = factory.newConnection()) {
			Awaitility.await("workers").atMost(Waiting.SECONDS, TimeUnit.SECONDS).ignoreExceptions().until(() -> {
				try (Channel channel = connection.createChannel()) {
					return channel.consumerCount(this.namespace + ".task.cluster-search") >= this.workers.size();
				}
			});
		}
	}

}
