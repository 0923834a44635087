package dev.kiwi.engine;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InFlightTests {

	private final InFlight inFlight = new InFlight();

	@Test
	void anEmptyOneEndsAsItIsClosed() {
		assertThat(this.inFlight.close()).isTrue();
		assertThat(this.inFlight.ended()).isCompleted();
		assertThat(this.inFlight.close()).isFalse();
	}

	@Test
	void itEndsWithTheLastThatLeaves() {
		this.inFlight.enter();
		this.inFlight.enter();
		this.inFlight.close();
		this.inFlight.leave();
		assertThat(this.inFlight.ended()).isNotDone();
		this.inFlight.leave();
		assertThat(this.inFlight.ended()).isCompleted();
	}

	@Test
	void afterClosingNobodyEnters() {
		this.inFlight.close();
		assertThat(this.inFlight.enter()).isFalse();
	}

}
