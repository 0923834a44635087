package dev.kiwi.boot.autoconfigure;

import java.util.function.Supplier;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.annotation.KiwiRpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Annotated beans are found however and whenever they come to be.
 */
@ExtendWith(OutputCaptureExtension.class)
class LazyBeansTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class))
		.withPropertyValues("kiwi.transport=in-process");

	private final ApplicationContextRunner lazy = this.runner.withInitializer(
			(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()));

	@Test
	void annotatedBeansAreInitialisedUnderLazyInitialisation() {
		this.lazy.withBean(Callee.class).withBean(Bystander.class).run((context) -> {
			assertThat(answer(context)).isEqualTo("here");
			assertThat(context.getBeanFactory().containsSingleton("lazyBeansTests.Bystander")).isFalse();
		});
	}

	@Test
	void lazyBeansOfAPureClientStayLazy() {
		this.lazy.withBean("callee", Callee.class)
			.withPropertyValues("kiwi.listeners.enabled=false")
			.run((context) -> assertThat(context.getBeanFactory().containsSingleton("callee")).isFalse());
	}

	@Test
	void aLazyBeanThatHidesItsTypeIsSubscribedWhenItIsCreated() {
		this.runner.withUserConfiguration(HiddenType.class).run((context) -> {
			context.getBean("callee");
			assertThat(answer(context)).isEqualTo("here");
		});
	}

	@Test
	void whatAFactoryBeanMakesIsFound() {
		this.lazy.withUserConfiguration(ByFactoryBean.class)
			.run((context) -> assertThat(answer(context)).isEqualTo("here"));
	}

	@Test
	void aLazyFactoryBeanThatMakesSomethingElseStaysLazy() {
		this.lazy.withBean("other", OtherFactory.class)
			.run((context) -> assertThat(context.getBeanFactory().containsSingleton("other")).isFalse());
	}

	@Test
	void aScopedProxyIsSubscribedAndItsTargetIsNot() {
		scopedProxyAnswers(this.runner);
		scopedProxyAnswers(this.lazy);
	}

	@Test
	void aPrototypeIsNotSubscribedAndSaidNotToBe(CapturedOutput output) {
		this.runner.withBean("proto", Callee.class, Callee::new, (definition) -> definition.setScope("prototype"))
			.run((context) -> {
				String warning = "The bean 'proto' has methods annotated for kiwi but is no singleton";
				assertThat(output).contains(warning);
				context.getBean("proto");
				context.getBean("proto");
				assertThat(output.getOut().lines().filter((line) -> line.contains(warning))).hasSize(1);
			});
	}

	private static void scopedProxyAnswers(ApplicationContextRunner runner) {
		runner.withUserConfiguration(Scoped.class)
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
			.run((context) -> assertThat(answer(context)).isEqualTo("here"));
	}

	private static String answer(ApplicationContext context) {
		return context.getBean(KiwiCommunicator.class)
			.callRpc("callee", null, String.class)
			.orTimeout(10, SECONDS)
			.join();
	}

	static class Callee implements Supplier<String> {

		@Override
		public String get() {
			return "here";
		}

		@KiwiRpc("callee")
		String answer() {
			return get();
		}

	}

	static class Bystander {

	}

	@Configuration(proxyBeanMethods = false)
	static class HiddenType {

		@Bean
		@Lazy
		Supplier<String> callee() {
			return new Callee();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByFactoryBean {

		@Bean
		CalleeFactory callee() {
			return new CalleeFactory();
		}

	}

	static class CalleeFactory implements FactoryBean<Callee> {

		@Override
		public Callee getObject() {
			return new Callee();
		}

		@Override
		public Class<?> getObjectType() {
			return Callee.class;
		}

	}

	@SuppressWarnings("rawtypes")
	static class OtherFactory implements FactoryBean {

		@Override
		public Object getObject() {
			return "other";
		}

		@Override
		public Class<?> getObjectType() {
			return String.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Callee callee() {
			return new Callee();
		}

	}

}
