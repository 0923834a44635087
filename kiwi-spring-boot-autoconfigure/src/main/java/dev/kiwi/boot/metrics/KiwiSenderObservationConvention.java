package dev.kiwi.boot.metrics;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How sent messages are named and tagged. A bean of this type replaces the
 * {@linkplain DefaultKiwiSenderObservationConvention default}.
 */
public interface KiwiSenderObservationConvention extends ObservationConvention<KiwiSenderContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof KiwiSenderContext;
	}

}
