package dev.kiwi.boot.metrics;

import dev.kiwi.boot.metrics.KiwiObservation.HighKeys;
import dev.kiwi.boot.metrics.KiwiObservation.LowKeys;
import dev.kiwi.engine.MessageKind;
import io.micrometer.common.KeyValues;

/**
 * Names and tags as {@link KiwiObservation} says.
 */
public class DefaultKiwiSenderObservationConvention implements KiwiSenderObservationConvention {

	@Override
	public KeyValues getLowCardinalityKeyValues(KiwiSenderContext context) {
		return (context.getMessageKind() == MessageKind.TASK)
				? KeyValues.of(LowKeys.QUEUE.withValue(context.getDestination())) : KeyValues.empty();
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(KiwiSenderContext context) {
		KeyValues id = KeyValues.of(HighKeys.ID.withValue(context.getId()));
		return switch (context.getMessageKind()) {
			case TASK -> id;
			case RPC -> id.and(HighKeys.IDENTIFIER.withValue(context.getDestination()));
			case BROADCAST -> id.and(HighKeys.SUBJECT.withValue(context.getDestination()));
		};
	}

	@Override
	public String getContextualName(KiwiSenderContext context) {
		return switch (context.getMessageKind()) {
			case TASK -> context.getDestination() + " send";
			case RPC -> "rpc call";
			case BROADCAST -> "broadcast send";
		};
	}

}
