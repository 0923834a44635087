package dev.kiwi.amqp;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QueueMismatchExceptionTests {

	@Test
	void saysWhatDiffersAndWhatToDo() {
		QueueMismatchException mismatch = new QueueMismatchException("kiwi.task.work",
				"PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'kiwi.task.work' in vhost '/': received "
						+ "the value 'quorum' of type 'longstr' but current is the value 'classic' of type 'longstr'",
				null);
		assertThat(mismatch.argument()).isEqualTo("x-queue-type");
		assertThat(mismatch.expected()).isEqualTo("quorum");
		assertThat(mismatch.found()).isEqualTo("classic");
		assertThat(mismatch).hasMessageContaining("'kiwi.task.work'")
			.hasMessageContaining("expects 'x-queue-type' to be quorum and found classic")
			.hasMessageContaining("kiwi.amqp.queue-type")
			.hasMessageContaining("kiwi.amqp.adopt-existing-queues=true");
	}

	@Test
	void understandsAnAbsentArgument() {
		QueueMismatchException mismatch = new QueueMismatchException("q",
				"PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-exchange' for queue 'q' in vhost '/': received "
						+ "the value '' of type 'longstr' but current is none",
				null);
		assertThat(mismatch.found()).isEqualTo("none");
		assertThat(mismatch.expected()).isEmpty();
	}

	@Test
	void repeatsWhatItDoesNotUnderstand() {
		QueueMismatchException mismatch = new QueueMismatchException("q", "no idea", null);
		assertThat(mismatch.argument()).isNull();
		assertThat(mismatch).hasMessageContaining("the broker says: no idea");
	}

}
