package dev.kiwi.boot.metrics;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How handled messages are named and tagged. A bean of this type replaces the
 * {@linkplain DefaultKiwiReceiverObservationConvention default}.
 */
public interface KiwiReceiverObservationConvention extends ObservationConvention<KiwiReceiverContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof KiwiReceiverContext;
	}

}
