package dev.kiwi.boot.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.kiwi.boot.listener.KiwiListenerBeanPostProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Warns of properties for queues that no annotated method works on: most often the name
 * is not the one that was meant, as a map key that is no plain word loses characters or
 * falls apart at its dots unless it stands in brackets.
 */
final class UnusedQueueProperties implements ApplicationListener<ContextRefreshedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(UnusedQueueProperties.class);

	private static final String PREFIX = "kiwi.tasks.queues";

	/** The properties of a queue, as they are written in YAML. */
	private static final List<String> KNOWN = Arrays.stream(KiwiProperties.Queue.class.getRecordComponents())
		.map((property) -> DataObjectPropertyName.toDashedForm(property.getName()))
		.toList();

	private final KiwiListenerBeanPostProcessor listeners;

	private final ApplicationContext context;

	UnusedQueueProperties(KiwiListenerBeanPostProcessor listeners, ApplicationContext context) {
		this.listeners = listeners;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() == this.context) {
			warnings().forEach(logger::warn);
		}
	}

	List<String> warnings() {
		List<String> queues = this.listeners.taskQueues();
		List<String> warnings = new ArrayList<>();
		Binder.get(this.context.getEnvironment())
			.bind(PREFIX, Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of())
			.forEach((name, properties) -> {
				if (!queues.contains(name)) {
					warnings.add(PREFIX + "." + name + " is of no use here unless code sends to the queue '" + name
							+ "' or subscribes to it: annotated methods work on " + queues
							+ ". A queue's name that is no plain word "
							+ "needs brackets, in YAML within quotes: \"[my_queue]\", \"[water.relax]\"");
				}
				else if (properties instanceof Map<?, ?> map
						&& !map.keySet().stream().allMatch(UnusedQueueProperties::isKnown)) {
					warnings.add(PREFIX + "." + name + " has unknown properties among " + map.keySet() + ", known are "
							+ KNOWN + ". A queue's name with dots needs brackets, in YAML within quotes: "
							+ "\"[water.relax]\"");
				}
			});
		return warnings;
	}

	/** Whether it is one of them, however Boot lets it be written. */
	private static boolean isKnown(Object property) {
		return KNOWN.stream().anyMatch((known) -> letters(known).equals(letters(property.toString())));
	}

	private static String letters(String property) {
		return property.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
	}

}
