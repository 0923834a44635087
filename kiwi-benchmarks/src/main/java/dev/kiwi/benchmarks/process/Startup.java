package dev.kiwi.benchmarks.process;

import java.lang.management.ManagementFactory;
import java.net.URI;

import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.load.Payload;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;

/**
 * A Boot application that says how long it took from the start of its JVM: a worker with
 * what its starters bring, RabbitMQ, Jackson, Actuator and Micrometer. What else is on
 * this class path would only add noise.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
public class Startup {

	/**
	 * Starts.
	 * @param arguments Boot's
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(Startup.class, arguments);
	}

	@Bean
	@Profile("kiwi")
	Worker worker() {
		return new Worker();
	}

	@EventListener
	void ready(ApplicationReadyEvent ready) {
		long started = ManagementFactory.getRuntimeMXBean().getStartTime();
		System.out.println("ready after " + (System.currentTimeMillis() - started));
		System.exit(0);
	}

	/**
	 * Milliseconds to ready, one start a round. A first one, which declares the queues
	 * and reads the class path from the disk, counts for nobody.
	 */
	static Contender open(URI broker, boolean kiwi) throws Exception {
		millis(broker, kiwi);
		return (length) -> {
			AtRest.await();
			return millis(broker, kiwi);
		};
	}

	private static double millis(URI broker, boolean kiwi) throws Exception {
		try (Jvm jvm = Jvm.start(Startup.class, "--spring.config.name=startup", "--spring.main.banner-mode=off",
				"--spring.main.web-application-type=none", "--spring.rabbitmq.addresses=" + broker,
				"--kiwi.transport=amqp", "--kiwi.namespace=startup",
				"--spring.profiles.active=" + (kiwi ? "kiwi" : "plain"),
				kiwi ? "" : "--spring.autoconfigure.exclude=dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration")) {
			String line = jvm.line("ready after ");
			return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
		}
	}

	/**
	 * A worker.
	 */
	static class Worker {

		@KiwiTask("work")
		void work(Payload payload) {
			// only its start is measured
		}

	}

}
