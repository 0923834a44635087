package dev.kiwi.boot.autoconfigure;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.Test;

import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.health.RabbitHealthContributorAutoConfiguration;
import org.springframework.boot.amqp.health.RabbitHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kiwi is a guest in the user's application: what is there without it is there with it.
 */
class GuestTests {

	private final ApplicationContextRunner without = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(RabbitAutoConfiguration.class, RabbitHealthContributorAutoConfiguration.class,
					HealthContributorAutoConfiguration.class, TaskExecutionAutoConfiguration.class));

	private final ApplicationContextRunner with = this.without
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class));

	@Test
	void everyBeanThatIsThereWithoutKiwiIsThereWithIt() {
		Set<String> before = new HashSet<>();
		this.without.run((context) -> before.addAll(Arrays.asList(context.getBeanDefinitionNames())));
		this.with.run((context) -> {
			Set<String> after = new HashSet<>(Arrays.asList(context.getBeanDefinitionNames()));
			assertThat(after).containsAll(before);
			after.removeAll(before);
			assertThat(after).isNotEmpty()
				.allSatisfy((name) -> assertThat(context.getType(name).getName()).startsWith("dev.kiwi."));
		});
	}

	@Test
	void theUsersTemplateAndHealthAreBoots() {
		this.with.run((context) -> assertThat(context).hasSingleBean(RabbitTemplate.class)
			.hasSingleBean(AmqpAdmin.class)
			.hasSingleBean(Executor.class)
			.doesNotHaveBean(MessageConverter.class)
			.getBean("rabbitHealthContributor")
			.isInstanceOf(RabbitHealthIndicator.class));
	}

}
