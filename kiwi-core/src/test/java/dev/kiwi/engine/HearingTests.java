package dev.kiwi.engine;

import java.util.List;
import java.util.Map;

import dev.kiwi.codec.JacksonPayloadCodec;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HearingTests {

	@Test
	void onceAllHaveHeardItItsPlacesKeepNothingThatIsSaidAfterIt() {
		Place here = new Place(0);
		Place there = new Place(0);
		Hearing hearing = new Hearing(new Payloads(List.of(new JacksonPayloadCodec()), 100),
				new BroadcastEnvelope("news", null, null, new Envelope("1", null, null, Map.of(), new byte[0])));
		hearing.expect(2, here);
		Place afterHere = here.say(hearing);
		hearing.expect(1, there);
		Place afterThere = there.say(hearing);
		hearing.passed(2);
		hearing.passed(1);
		assertThat(here.next()).isSameAs(afterHere);
		assertThat(there.next()).isSameAs(afterThere);
		assertThat(hearing.heard().toCompletableFuture()).isNotDone();
		hearing.passed(1);
		assertThat(hearing.heard().toCompletableFuture()).isDone();
		assertThat(here.next()).isNull();
		assertThat(here.said()).isNull();
		assertThat(there.next()).isNull();
	}

}
