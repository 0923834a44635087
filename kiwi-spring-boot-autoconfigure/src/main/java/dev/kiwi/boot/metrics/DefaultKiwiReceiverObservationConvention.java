package dev.kiwi.boot.metrics;

import java.util.Locale;

import dev.kiwi.boot.metrics.KiwiObservation.HighKeys;
import dev.kiwi.boot.metrics.KiwiObservation.LowKeys;
import dev.kiwi.engine.HandlingOutcome;
import dev.kiwi.engine.MessageKind;
import io.micrometer.common.KeyValues;

/**
 * Names and tags as {@link KiwiObservation} says.
 */
public class DefaultKiwiReceiverObservationConvention implements KiwiReceiverObservationConvention {

	@Override
	public KeyValues getLowCardinalityKeyValues(KiwiReceiverContext context) {
		KeyValues values = (context.getMessageKind() == MessageKind.TASK)
				? KeyValues.of(LowKeys.QUEUE.withValue(context.getDestination())) : KeyValues.empty();
		HandlingOutcome outcome = context.getOutcome();
		// asked at the begin for what is active, and at the end for what was
		return (outcome != null) ? values.and(LowKeys.OUTCOME.withValue(text(outcome))) : values;
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(KiwiReceiverContext context) {
		KeyValues id = KeyValues.of(HighKeys.ID.withValue(context.getId()));
		return switch (context.getMessageKind()) {
			case TASK -> id.and(HighKeys.ATTEMPT.withValue(Integer.toString(context.getAttempt())));
			case RPC -> id.and(HighKeys.IDENTIFIER.withValue(context.getDestination()));
			case BROADCAST -> id.and(HighKeys.SUBJECT.withValue(context.getDestination()));
		};
	}

	@Override
	public String getContextualName(KiwiReceiverContext context) {
		return switch (context.getMessageKind()) {
			case TASK -> context.getDestination() + " process";
			case RPC -> "rpc process";
			case BROADCAST -> "broadcast process";
		};
	}

	private static String text(HandlingOutcome outcome) {
		return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
