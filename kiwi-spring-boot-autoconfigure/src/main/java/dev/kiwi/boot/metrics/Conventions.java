package dev.kiwi.boot.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.kiwi.engine.MessageKind;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Makes the observations of one direction.
 */
final class Conventions<C extends Observation.Context> {

	private final ObservationRegistry registry;

	private final Map<MessageKind, NamedConvention<C>> defaults = new EnumMap<>(MessageKind.class);

	private final Map<MessageKind, NamedConvention<C>> custom = new EnumMap<>(MessageKind.class);

	Conventions(ObservationRegistry registry, Function<MessageKind, KiwiObservation> names,
			ObservationConvention<C> standard, @Nullable ObservationConvention<C> ofTheUser) {
		this.registry = registry;
		for (MessageKind kind : MessageKind.values()) {
			String name = names.apply(kind).getName();
			this.defaults.put(kind, new NamedConvention<>(name, standard));
			if (ofTheUser != null) {
				this.custom.put(kind, new NamedConvention<>(name, ofTheUser));
			}
		}
	}

	/** Begins an observation; a no-op where nobody wants it. */
	Observation start(MessageKind kind, Supplier<C> context) {
		return Observation.start(this.custom.get(kind), Objects.requireNonNull(this.defaults.get(kind)), context,
				this.registry);
	}

}
