package dev.kiwi.boot.health;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;

/**
 * Says why an application that has no broker would be DOWN: Boot checks RabbitMQ where it
 * is on the classpath.
 */
final class RabbitHealthHint implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(RabbitHealthHint.class);

	private static final String CONTRIBUTOR = "rabbitHealthContributor";

	private final Environment environment;

	private final ListableBeanFactory beans;

	RabbitHealthHint(Environment environment, ListableBeanFactory beans) {
		this.environment = environment;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		String transport = this.environment.getProperty("kiwi.transport", "amqp");
		if (!transport.equalsIgnoreCase("amqp") && this.beans.containsBean(CONTRIBUTOR)) {
			logger.info(
					"kiwi uses '{}' (kiwi.transport), but as RabbitMQ is on the classpath its health is checked, too, "
							+ "and is DOWN without a broker. Unless the application itself uses RabbitMQ, set "
							+ "management.health.rabbit.enabled=false",
					transport);
		}
	}

}
