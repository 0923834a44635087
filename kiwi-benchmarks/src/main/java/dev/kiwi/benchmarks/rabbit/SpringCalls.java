package dev.kiwi.benchmarks.rabbit;

import com.rabbitmq.client.Connection;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.benchmarks.load.Call;
import dev.kiwi.benchmarks.load.Closing;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.rabbit.RawCalls.SentCall;

import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.MessagePostProcessor;
import org.springframework.amqp.rabbit.AsyncRabbitTemplate;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.adapter.MessageListenerAdapter;
import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;

/**
 * Sends, tasks and calls with Spring AMQP, as a user writes them.
 */
final class SpringCalls {

	private SpringCalls() {
	}

	/** A send with a correlated confirm, mandatory. */
	static SentCall send(Rabbit rabbit, QueueType type) throws Exception {
		Connection connection = rabbit.connect();
		String queue = Rabbit.queue(connection, type);
		CachingConnectionFactory factory = confirming(rabbit);
		RabbitTemplate template = template(factory);
		return new SentCall(connection, queue, new Closing(() -> {
			CorrelationData correlation = new CorrelationData();
			template.convertAndSend("", queue, Payload.OBJECT, correlation);
			return correlation.getFuture();
		}, factory::destroy));
	}

	/** A persistent request to a durable queue, with confirms. */
	static Call task(Rabbit rabbit, QueueType type) throws Exception {
		return request(rabbit, type, true);
	}

	/** A request without confirms. */
	static Call rpc(Rabbit rabbit) throws Exception {
		return request(rabbit, QueueType.CLASSIC, false);
	}

	private static Call request(Rabbit rabbit, QueueType type, boolean durable) throws Exception {
		Connection connection = rabbit.connect();
		String queue = Rabbit.queue(connection, type);
		CachingConnectionFactory factory = durable ? confirming(rabbit) : rabbit.spring();
		SimpleMessageListenerContainer worker = container(factory, queue,
				new MessageListenerAdapter(new Answering(), converter()));
		worker.setConcurrentConsumers(durable ? Rabbit.HANDLERS : 1);
		worker.start();
		RabbitTemplate template = template(factory);
		AsyncRabbitTemplate requests = new AsyncRabbitTemplate(template,
				container(factory, Rabbit.queue(connection, QueueType.CLASSIC)));
		requests.setEnableConfirms(durable);
		requests.start();
		MessagePostProcessor mode = (message) -> {
			message.getMessageProperties()
				.setDeliveryMode(durable ? MessageDeliveryMode.PERSISTENT : MessageDeliveryMode.NON_PERSISTENT);
			return message;
		};
		return new Closing(() -> requests.convertSendAndReceive("", queue, Payload.OBJECT, mode), requests::stop,
				worker::destroy, factory::destroy, connection);
	}

	static SimpleMessageListenerContainer container(CachingConnectionFactory factory, String queue,
			MessageListener... listener) {
		SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(factory);
		container.setQueueNames(queue);
		for (MessageListener one : listener) {
			container.setMessageListener(one);
		}
		return container;
	}

	static JacksonJsonMessageConverter converter() {
		return new JacksonJsonMessageConverter(Payload.class.getPackageName());
	}

	private static CachingConnectionFactory confirming(Rabbit rabbit) {
		CachingConnectionFactory factory = rabbit.spring();
		factory.setPublisherConfirmType(ConfirmType.CORRELATED);
		factory.setPublisherReturns(true);
		return factory;
	}

	private static RabbitTemplate template(CachingConnectionFactory factory) {
		RabbitTemplate template = new RabbitTemplate(factory);
		template.setMandatory(true);
		template.setMessageConverter(converter());
		return template;
	}

	/**
	 * Answers requests.
	 */
	public static final class Answering {

		/** Found by its name. */
		public Object handleMessage(Payload payload) {
			return Payload.ANSWER;
		}

	}

}
