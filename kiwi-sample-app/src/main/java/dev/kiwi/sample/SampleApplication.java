package dev.kiwi.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the sample; {@code --once} ends it as soon as it has started.
 */
@SpringBootApplication
public class SampleApplication {

	public static void main(String[] args) {
		var context = SpringApplication.run(SampleApplication.class, args);
		if (context.getEnvironment().containsProperty("once")) {
			System.exit(SpringApplication.exit(context));
		}
	}

}
