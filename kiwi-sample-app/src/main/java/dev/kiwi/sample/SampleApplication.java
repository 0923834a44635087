package dev.kiwi.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Searches the lowest-energy structures of Lennard-Jones clusters. Everything in one
 * process on H2 in a file; or, with the profile {@code postgres} or {@code rabbitmq}, one
 * with the profile {@code client} and any number with the profile {@code worker}. A sweep
 * that is stopped goes on when it is started again. {@code --once} ends it after the
 * sweep, with status 0 only if every size up to 13 was found as published. With the
 * profile {@code web} it can be watched by HTTP.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SampleApplication {

	public static void main(String[] args) {
		var context = SpringApplication.run(SampleApplication.class, args);
		if (context.getEnvironment().containsProperty("once")) {
			System.exit(SpringApplication.exit(context));
		}
	}

}
