package dev.kiwi.boot.autoconfigure;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.boot.listener.KiwiListenerBeanPostProcessor;
import dev.kiwi.boot.listener.KiwiListenerLifecycle;
import dev.kiwi.boot.listener.WorkerAdvice;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The annotated methods. Not there in a pure client, whose beans are then left alone.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "kiwi.listeners.enabled", matchIfMissing = true)
class ListenerConfiguration {

	@Bean
	static KiwiListenerBeanPostProcessor kiwiListenerBeanPostProcessor(ObjectProvider<KiwiProperties> properties,
			ObjectProvider<WorkerAdvice> workers) {
		return new KiwiListenerBeanPostProcessor(() -> properties.getObject().tasks().defaultQueue(),
				() -> workers.getIfAvailable(() -> WorkerAdvice.NONE));
	}

	@Bean
	KiwiListenerLifecycle kiwiListenerLifecycle(KiwiListenerBeanPostProcessor listeners, KiwiCommunicator communicator,
			KiwiProperties properties) {
		return new KiwiListenerLifecycle(listeners, communicator, properties.shutdownTimeout());
	}

	@Bean
	UnusedQueueProperties kiwiUnusedQueueProperties(KiwiListenerBeanPostProcessor listeners,
			ApplicationContext context) {
		return new UnusedQueueProperties(listeners, context);
	}

}
