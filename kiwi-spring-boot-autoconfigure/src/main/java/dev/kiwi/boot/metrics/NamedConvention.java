package dev.kiwi.boot.metrics;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import org.jspecify.annotations.Nullable;

/**
 * A convention for all kinds of message, as it is for one of them: Micrometer asks for
 * the name without the context, also to find out whether the observation is wanted at
 * all.
 *
 * @param name what it is called unless the convention says otherwise
 * @param convention the convention
 */
record NamedConvention<C extends Observation.Context>(String name,
		ObservationConvention<C> convention) implements ObservationConvention<C> {

	@Override
	public String getName() {
		String own = this.convention.getName();
		return (own != null) ? own : this.name;
	}

	@Override
	public @Nullable String getContextualName(C context) {
		return this.convention.getContextualName(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(C context) {
		return this.convention.getLowCardinalityKeyValues(context);
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(C context) {
		return this.convention.getHighCardinalityKeyValues(context);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return this.convention.supportsContext(context);
	}

}
