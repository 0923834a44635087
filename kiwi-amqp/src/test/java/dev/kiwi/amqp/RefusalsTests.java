package dev.kiwi.amqp;

import java.io.IOException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RefusalsTests {

	@Test
	void anInternalErrorOfTheBrokersSaysWhereToLookAndWhatToDo() {
		assertThat(Refusals.connection(new IOException(closed(AMQP.INTERNAL_ERROR, "INTERNAL_ERROR")), "here"))
			.contains("541", "its own log", "stream_not_found", "rabbitmqctl delete_queue -p 'here'");
	}

	@Test
	void whatElseEndsAConnectionIsSaidAsItIs() {
		ShutdownSignalException closed = closed(AMQP.CONNECTION_FORCED, "CONNECTION_FORCED - bye");
		assertThat(Refusals.connection(closed, "/")).isEqualTo(closed.toString());
	}

	private static ShutdownSignalException closed(int code, String text) {
		return new ShutdownSignalException(true, false,
				new AMQP.Connection.Close.Builder().replyCode(code).replyText(text).build(), null);
	}

}
